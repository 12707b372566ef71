using System.Buffers.Binary;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>The same picture gives the same bytes in every layout.</summary>
public class PixelLayoutTests
{
    private const int Width = 150;
    private const int Height = 120;

    /// <summary>Gets the layouts with their samples in order: R, G, B, A, or L for grey.</summary>
    public static TheoryData<PixelLayout, string> Layouts => new()
    {
        { PixelLayout.Gray8, "L" },
        { PixelLayout.Gray16, "L" },
        { PixelLayout.GrayAlpha16, "LA" },
        { PixelLayout.GrayAlpha32, "LA" },
        { PixelLayout.Rgb24, "RGB" },
        { PixelLayout.Bgr24, "BGR" },
        { PixelLayout.Rgba32, "RGBA" },
        { PixelLayout.Bgra32, "BGRA" },
        { PixelLayout.Argb32, "ARGB" },
        { PixelLayout.Abgr32, "ABGR" },
        { PixelLayout.Rgb48, "RGB" },
        { PixelLayout.Bgr48, "BGR" },
        { PixelLayout.Rgba64, "RGBA" },
        { PixelLayout.Bgra64, "BGRA" },
    };

    public static IEnumerable<TheoryDataRow<PixelLayout, string>> ColorLayouts =>
        Layouts.Where(row => row.Data.Item2.Contains('R'));

    public static IEnumerable<TheoryDataRow<PixelLayout, string>> AlphaLayouts =>
        Layouts.Where(row => row.Data.Item2.Contains('A'));

    [Fact]
    public void Layouts_AreAll() =>
        Assert.Equal(Enum.GetValues<PixelLayout>(), Layouts.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Apply_GreyPicture_EqualsGray8(PixelLayout layout, string samples)
    {
        byte[] pixels = Encode(layout, samples, tone => (tone, tone, tone, 65535));
        Assert.Equal(Expected(), Prepare(pixels, layout));
    }

    [Theory]
    [MemberData(nameof(ColorLayouts))]
    public void Apply_Colors_AreWeightedByTheirPlace(PixelLayout layout, string samples)
    {
        // The weights of BT.601, for one color of ink at a time on black.
        foreach (var (color, luma) in new[] { ("R", 0.299), ("G", 0.587), ("B", 0.114) })
        {
            int Part(string name, int tone) => name == color ? 65535 - tone : 0;
            byte[] pixels = Encode(layout, samples, tone => (Part("R", tone), Part("G", tone), Part("B", tone), 65535));
            var gray = LumaConversion.Convert(new(pixels, Width, Height, layout));
            Assert.Equal(luma * 255, gray.Values.Max(), 0.01);
        }
    }

    [Theory]
    [MemberData(nameof(AlphaLayouts))]
    public void Apply_OneColorWithAlpha_IsInkOnWhite(PixelLayout layout, string samples)
    {
        byte[] expected = Expected();
        // Strokes of one color on a transparent page: alpha alone is the ink, whether the color is black or white.
        foreach (int color in new[] { 0, 65535 })
        {
            byte[] pixels = Encode(layout, samples, tone => (color, color, color, 65535 - tone));
            Assert.Equal(expected, Prepare(pixels, layout));
        }
    }

    [Theory]
    [MemberData(nameof(AlphaLayouts))]
    public void Apply_TransparentPage_IsWhite(PixelLayout layout, string samples)
    {
        // Two tones of ink, so alpha is not the ink. The transparent page is black, which must not show.
        byte[] expected = Expected();
        int seen = 0;
        byte[] pixels = Encode(layout, samples, tone =>
        {
            int ink = seen++ % 2 * 257 * (tone == 65535 ? 0 : 1) + tone;
            return tone == 65535 ? (0, 0, 0, 0) : (ink, ink, ink, 65535);
        });
        byte[] actual = Prepare(pixels, layout);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() <= 2);
    }

    /// <summary>Encodes a 7 with grey edges on a white page, off center. Its tones range from 0 to 65,535.</summary>
    private static byte[] Encode(
        PixelLayout layout, string samples, Func<int, (int Red, int Green, int Blue, int Alpha)> color)
    {
        int size = RasterImage.BytesPerPixel(layout);
        bool wide = size == 2 * samples.Length;
        byte[] pixels = new byte[Width * Height * size];
        for (int i = 0; i < Width * Height; i++)
        {
            var (red, green, blue, alpha) = color(ToneAt(i % Width - 20, i / Width - 40));
            for (int k = 0; k < samples.Length; k++)
            {
                int sample = samples[k] switch { 'R' or 'L' => red, 'G' => green, 'B' => blue, _ => alpha };
                if (wide)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(pixels.AsSpan(i * size + 2 * k), (ushort)sample);
                }
                else
                {
                    pixels[i * size + k] = (byte)(sample / 257);
                }
            }
        }
        return pixels;
    }

    private static int ToneAt(int x, int y)
    {
        int left = y < 9 ? 0 : 33 - y / 2, width = y < 9 ? 42 : 9;
        if (y is < 0 or >= 60 || x < left || x >= left + width) return 65535;
        return x == left ? 100 * 257 : 0;
    }

    private static byte[] Expected() =>
        Prepare(Encode(PixelLayout.Gray8, "L", tone => (tone, tone, tone, 65535)), PixelLayout.Gray8);

    private static byte[] Prepare(byte[] pixels, PixelLayout layout)
    {
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        Assert.False(DigitPreprocessing.Apply(new RasterImage(pixels, Width, Height, layout), output).IsBlank);
        return output;
    }
}
