using System.Diagnostics;
using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference;

/// <summary>
/// Converts a picture of a digit into MNIST's form. <see cref="DigitClassifier"/> uses it for every picture, except in
/// <see cref="DigitClassifier.ClassifyPrepared"/>.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>
/// Alpha: the picture is composited on white. If all visible pixels have one color, alpha itself is the ink.
/// </item>
/// <item>
/// Luma by ITU-R BT.601, scaled to 0 to 255. Pictures of more than 800 pixels a side are reduced by averaging blocks.
/// </item>
/// <item>A 28×28 picture that is already in MNIST's form is copied unchanged.</item>
/// <item>Ink: in drawings, the distance from the single background value. In photographs, uneven light is removed and
/// the ink separated by Otsu's threshold above the paper's grain, without printed lines, specks or the desk beyond the
/// page.</item>
/// <item>Polarity: in drawings, and in small pictures that the digit fills, most of the border is background. In
/// photographs the ink is darker or brighter than the local background, whichever deviation is larger.</item>
/// <item>
/// Clutter: frames around the digit, lines and bars from side to side, specks far from the digit, and parts of other
/// digits at the edge are left out. If a page lies on a ground of the ink's tone, the picture is
/// cropped to the page.
/// </item>
/// <item>Strokes that would be thinner than those of most MNIST images are widened.</item>
/// <item>Placement: the ink is cropped, its longer side fitted into 20 pixels by area resampling, and moved so that its
/// center of mass is on index 14 of 28 × 28 (LeCun et al. 1998).</item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// byte[] prepared = new byte[DigitPreprocessing.OutputLength];
/// DigitPreprocessing.Apply(new RasterImage(pixels, width, height, PixelLayout.Rgba32), prepared);
/// </code>
/// </example>
public static class DigitPreprocessing
{
    /// <summary>
    /// The version of this procedure. A model's metadata holds the version that it was trained for; a model for another
    /// version is refused.
    /// </summary>
    public const string Id = "onnxdigits-mnist-28x28-v2";

    /// <summary>The size of the result in bytes: 28 rows of 28 pixels, where 0 is background and 255 is ink.</summary>
    public const int OutputLength = MnistForm.Length;

    /// <summary>Prepares a picture for <see cref="DigitClassifier.ClassifyPrepared"/>.</summary>
    /// <remarks>A picture that is already in MNIST's form is prepared without allocating.</remarks>
    /// <param name="raster">The picture, with one digit on it.</param>
    /// <param name="output">Receives 784 bytes.</param>
    /// <returns>Flags that indicate whether the picture is blank, was inverted, or shows several digits.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="output"/> does not have 784 bytes, or <paramref name="raster"/> is the default value.
    /// </exception>
    public static PreprocessingResult Apply(RasterImage raster, Span<byte> output)
    {
        if (output.Length != OutputLength)
        {
            throw new ArgumentException(
                $"The output needs {OutputLength} bytes, but has {output.Length}.", nameof(output));
        }
        raster.RequirePixels(nameof(raster));
        long start = Stopwatch.GetTimestamp();
        PreprocessingResult result = Prepare(raster, output);
        ClassifierMetrics.Record(ClassifierMetrics.Preprocessing, start);
        return result;
    }

    private static PreprocessingResult Prepare(RasterImage raster, Span<byte> output)
    {
        if (raster.Layout == PixelLayout.Gray8 && MnistForm.TryCopy(raster, output)) return default;

        output.Clear();
        GrayImage? ink = InkExtraction.Extract(
            LumaConversion.Convert(raster), out bool inverted, out bool hasSeveralDigits);
        if (ink is null) return new() { IsBlank = true };
        if (!MnistForm.TryCopy(ink, output)) InkPlacement.Place(ink, output);
        return new() { Inverted = inverted, HasSeveralDigits = hasSeveralDigits };
    }
}
