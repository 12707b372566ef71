using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging.Tests;

/// <summary>All 15 combinations of color type and bit depth, plain and interlaced.</summary>
public class PngKindTests
{
    private const int Width = 13, Height = 11;

    public static TheoryData<int, int, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, int, bool>();
            foreach (bool interlaced in new[] { false, true })
            {
                foreach (int depth in new[] { 1, 2, 4, 8, 16 }) kinds.Add(Png.Gray, depth, interlaced);
                foreach (int depth in new[] { 1, 2, 4, 8 }) kinds.Add(Png.Palette, depth, interlaced);
                foreach (int depth in new[] { 8, 16 })
                {
                    kinds.Add(Png.Rgb, depth, interlaced);
                    kinds.Add(Png.GrayAlpha, depth, interlaced);
                    kinds.Add(Png.Rgba, depth, interlaced);
                }
            }
            return kinds;
        }
    }

    [Fact]
    public void Kinds_OfPng_AreAllFifteenTwice() => Assert.Equal(2 * 15, Kinds.Count);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_PngKind_GivesThePixels(int colour, int depth, bool interlaced)
    {
        int[] samples = Samples(depth, Png.Channels(colour));
        PngChunk[] before = colour == Png.Palette ? [new("PLTE", Palette(depth)), new("tRNS", [0, 77])] : [];
        var image = ImageFile.Decode(Png.Write(Width, Height, depth, colour, samples, interlaced, before));

        Assert.Equal((Width, Height), (image.Width, image.Height));
        for (int i = 0; i < Width * Height; i++)
        {
            var own = samples.AsSpan(i * Png.Channels(colour), Png.Channels(colour));
            Assert.Equal(Expected(own, colour, depth), Pixel(image, i));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Decode_GrayWithATransparentValue_KeepsTheValueApart(int depth)
    {
        int[] samples = Samples(depth, 1);
        var key = new PngChunk("tRNS", [(byte)(samples[5] >> 8), (byte)samples[5]]);
        var image = ImageFile.Decode(Png.Write(Width, Height, depth, Png.Gray, samples, false, key));

        Assert.Equal(PixelLayout.Rgba32, image.Layout);
        for (int i = 0; i < samples.Length; i++) Assert.Equal(samples[i] == samples[5] ? 0 : 255, Pixel(image, i)[3]);
    }

    private static int[] Samples(int depth, int channels) =>
        [.. Enumerable.Range(0, Width * Height * channels).Select(i => (i * 7919 + 12345) % 65_536 >> 16 - depth)];

    private static byte[] Palette(int depth) => [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)(i * 31 + 5))];

    private static byte[] Expected(ReadOnlySpan<int> samples, int colour, int depth)
    {
        // Samples of 16 bits keep their upper 8 bits.
        byte[] own = new byte[samples.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = (byte)(depth == 16 ? samples[i] >> 8 : samples[i] * 255 / ((1 << depth) - 1));
        }
        return colour switch
        {
            Png.Palette =>
                [.. Palette(depth).AsSpan(3 * samples[0], 3), samples[0] switch { 0 => 0, 1 => 77, _ => 255 }],
            Png.GrayAlpha => [own[0], own[0], own[0], own[1]],
            Png.Rgb => [.. own, 255],
            _ => own,
        };
    }

    private static byte[] Pixel(DecodedImage image, int index)
    {
        int size = RasterImage.BytesPerPixel(image.Layout);
        return image.Raster.Pixels.Slice(index * size, size).ToArray();
    }
}
