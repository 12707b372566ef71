using OnnxDigits.Data;
using OnnxDigits.Tools.Reading;

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
            (int kind, int image) = Math.DivRem(n, digits.Count);
            Span<byte> seen = pixels.AsSpan(n * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            if (!noisy[kind].Prepare(new Drawing(digits.Image(image).ToArray()), image, seen))
                throw new InvalidOperationException($"Digit {image} is lost under {noisy[kind].Name}, which no network can be blamed for.");
        });
        return new DigitImages(pixels, Enumerable.Repeat(digits.Labels.ToArray(), noisy.Length).SelectMany(labels => labels).ToArray());
    }
}
