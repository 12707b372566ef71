using OnnxDigits.Data;

namespace OnnxDigits.Tools.Reading;

/// <summary>Places photographed pages in surroundings.</summary>
internal static class PageScene
{
    /// <summary>Returns the page on a darker desk, which shows on all sides.</summary>
    public static DigitPage OnDesk(DigitPage page, int seed)
    {
        var random = new Random(seed);
        int margin = (int)(Math.Min(page.Width, page.Height) * Between(random, 0.1, 0.35));
        int width = page.Width + 2 * margin, height = page.Height + 2 * margin;
        double tone = Between(random, 20, 130);
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(tone + Between(random, -6, 6));
        for (int y = 0; y < page.Height; y++)
        {
            page.Pixels.AsSpan(y * page.Width, page.Width).CopyTo(pixels.AsSpan((y + margin) * width + margin));
        }
        return new(pixels, width, height,
        [
            .. page.Digits.Select(digit => digit with
            {
                Left = digit.Left + margin,
                Top = digit.Top + margin,
                Right = digit.Right + margin,
                Bottom = digit.Bottom + margin,
            }),
        ]);
    }

    /// <summary>Returns the page with a shadow on one side. The edge of the shadow is sharp.</summary>
    public static DigitPage UnderShadow(DigitPage page, int seed)
    {
        var random = new Random(seed);
        double light = Between(random, 0.4, 0.8), slope = Between(random, -0.5, 0.5);
        double edge = Between(random, 0.2, 0.8) * page.Width;
        byte[] pixels = [.. page.Pixels.Select((value, i) =>
            (byte)(i % page.Width + slope * (i / page.Width - page.Height / 2) > edge ? light * value : value))];
        return page with { Pixels = pixels };
    }

    private static double Between(Random random, double least, double most) =>
        least + (most - least) * random.NextDouble();
}
