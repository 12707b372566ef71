using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Tools.PreprocessingTable;
using OnnxDigits.Training;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>Digits as pictures with noise on them, through the preprocessing: once for each of <see cref="Condition.Noisy"/> but the clean one.</summary>
internal static class NoisyDigits
{
    public static DigitImages Of(DigitImages digits)
    {
        Condition[] noisy = [.. Condition.Noisy.Skip(1)];
        byte[] pixels = new byte[noisy.Length * digits.Count * DigitImages.PixelsPerImage];
        Parallel.For(0, noisy.Length * digits.Count, n =>
        {
            int image = n % digits.Count;
            byte[] file = noisy[n / digits.Count].Render(digits.Image(image).ToArray(), new Random(image));
            DigitPreprocessing.Apply(ImageFile.Decode(file).Raster, pixels.AsSpan(n * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage));
        });
        return new DigitImages(pixels, Enumerable.Repeat(digits.Labels.ToArray(), noisy.Length).SelectMany(labels => labels).ToArray());
    }
}
