using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Image files through the decoder, the preprocessing and, for one in 16, the network.</summary>
internal sealed class ImageTarget : IFuzzTarget
{
    private const int ClassifiedShare = 16;

    private readonly DigitClassifier _classifier = new();
    private readonly byte[] _prepared = new byte[DigitPreprocessing.OutputLength];

    public IReadOnlyList<byte[]> Seeds { get; } = ImageSeeds.Create();

    public IReadOnlyList<string> Outcomes { get; } = ["refused", "blank", "prepared", "classified"];

    public string? Wrong => null;

    public int Run(byte[] input, long index)
    {
        DecodedImage image;
        try
        {
            image = ImageFile.Decode(input);
        }
        catch (ImageFileException)
        {
            return 0;
        }
        if (index % ClassifiedShare == 0)
            return _classifier.Classify(image.Raster).Status == PredictionStatus.Blank ? 1 : 3;
        return DigitPreprocessing.Apply(image.Raster, _prepared).IsBlank ? 1 : 2;
    }
}
