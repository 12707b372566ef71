using System.Diagnostics;
using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference;

/// <summary>Brings a picture of a digit into MNIST's form: the one path that every image takes to the network.</summary>
/// <remarks>
/// <list type="number">
/// <item>Alpha: composited on white; where all visible pixels have one colour, alpha itself is the ink.</item>
/// <item>Luma by ITU-R BT.601, scaled by the bit depth to 0..255.</item>
/// <item>An image of 28×28 that is in MNIST's form already passes through byte for byte.</item>
/// <item>Photographs: the local background is subtracted, the ink separated by Otsu's threshold above the paper's grain;
/// printed lines, the desk beyond the page's edge and specks are left out.
/// Drawings: the distance from the one background value is the ink.</item>
/// <item>Polarity: the ink is what the border is not; for photographs, the side that deviates from the background.</item>
/// <item>A line that would be thinner in the box of 20 than nearly all of MNIST's is widened to their median.</item>
/// <item>The ink is cropped, its longer side fitted into 20 pixels by area resampling, and the box placed by whole
/// pixels so that the centre of mass comes to rest on index 14 of 28 × 28 (LeCun et al. 1998, in indices from 0).</item>
/// </list>
/// </remarks>
public static class DigitPreprocessing
{
    /// <summary>The id of this procedure, kept in a model's metadata: a model trained for another one is refused.</summary>
    public const string Id = "onnxdigits-mnist-28x28-v1";

    /// <summary>The bytes of the result: 28 rows of 28 pixels, 0 = background, 255 = ink.</summary>
    public const int OutputLength = MnistForm.Length;

    /// <summary>Prepares one picture.</summary>
    /// <param name="raster">The picture; one that is already in MNIST's form is copied and costs no allocation.</param>
    /// <param name="output">Receives 784 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="output"/> does not have 784 bytes.</exception>
    public static PreprocessingResult Apply(RasterImage raster, Span<byte> output)
    {
        long start = Stopwatch.GetTimestamp();
        var result = Apply(raster, JudgedConstants.Default, output);
        ClassifierMetrics.Record(ClassifierMetrics.Preprocessing, start);
        return result;
    }

    internal static PreprocessingResult Apply(RasterImage raster, JudgedConstants constants, Span<byte> output)
    {
        if (output.Length != OutputLength)
            throw new ArgumentException($"The output needs {OutputLength} bytes, not {output.Length}.", nameof(output));
        if (raster.Layout == PixelLayout.Gray8 && MnistForm.TryCopy(raster, output))
            return default;

        output.Clear();
        var ink = InkExtraction.Extract(LumaConversion.Convert(raster), constants, out bool inverted);
        if (ink is null)
            return new() { IsBlank = true };
        if (!MnistForm.TryCopy(ink, output))
            InkPlacement.Place(ink, constants.EdgeShare, output);
        return new() { Inverted = inverted };
    }
}
