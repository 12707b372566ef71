using OnnxDigits.Inference.Segmentation;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>Reads all digits on a picture in reading order: line by line, each from left to right.</summary>
    /// <remarks>
    /// Lines of writing may slope. Ruled and squared paper, boxes of forms, dust and punctuation are left out. Letters
    /// and other signs as large as a digit are returned as <see cref="PredictionStatus.Uncertain"/>.
    /// </remarks>
    /// <param name="raster">The picture, with any number of digits on it.</param>
    /// <returns>The digits. The list is empty if the picture has no digit.</returns>
    /// <exception cref="ArgumentException"><paramref name="raster"/> is the default value.</exception>
    /// <inheritdoc cref="ClassifyPrepared" path="/exception"/>
    /// <example>
    /// <code>
    /// foreach (var line in classifier.ReadAll(raster).GroupBy(digit => digit.Line))
    ///     Console.WriteLine(string.Concat(line.Select(digit => digit.Prediction.Digit)));
    /// </code>
    /// </example>
    public IReadOnlyList<LocatedDigit> ReadAll(RasterImage raster)
    {
        ObjectDisposedException.ThrowIf(_use.IsReleased, this);
        raster.RequirePixels(nameof(raster));
        return PageReader.Read(this, raster);
    }
}
