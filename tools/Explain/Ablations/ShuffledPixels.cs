using System.Security.Cryptography;
using OnnxDigits.Data;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>Images whose pixels lie in another order, the same for all: nothing is lost, but neighbours are none.</summary>
internal static class ShuffledPixels
{
    private const int Seed = 1;

    public static DigitImages Of(DigitImages images)
    {
        int[] order = [.. Enumerable.Range(0, DigitImages.PixelsPerImage)];
        new Random(Seed).Shuffle(order);
        byte[] shuffled = new byte[images.Pixels.Length];
        for (int start = 0; start < shuffled.Length; start += order.Length)
        {
            ReadOnlySpan<byte> image = images.Pixels.Span.Slice(start, order.Length);
            for (int place = 0; place < order.Length; place++) shuffled[start + place] = image[order[place]];
        }

        return new DigitImages(shuffled, images.Labels);
    }

    /// <summary>A digest for the shuffled images of a set with this one.</summary>
    public static string Digest(string sha256) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(sha256), Seed]));
}
