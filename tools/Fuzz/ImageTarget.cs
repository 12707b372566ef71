using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Decodes and prepares image files, and classifies one in 16.</summary>
internal sealed class ImageTarget : IFuzzTarget
{
    private const int ClassifiedShare = 16;

    private readonly DigitClassifier _classifier = new(new() { Device = "cpu" });
    private readonly byte[] _prepared = new byte[DigitPreprocessing.OutputLength];

    public IReadOnlyList<byte[]> Seeds { get; } = ImageSeeds.Create();

    public string Run(byte[] input, long number)
    {
        try
        {
            RasterImage image = ImageFile.Decode(input).Raster;
            if (number % ClassifiedShare == 0)
            {
                return _classifier.Classify(image).Status == PredictionStatus.Blank ? "blank" : "classified";
            }
            return DigitPreprocessing.Apply(image, _prepared).IsBlank ? "blank" : "prepared";
        }
        catch (ImageFileException)
        {
            return "refused";
        }
    }
}
