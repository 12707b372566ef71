using static OnnxDigits.Tools.Reading.Photography;

namespace OnnxDigits.Tools.Reading;

/// <summary>Describes how a digit is drawn on a page and photographed or scanned.</summary>
internal sealed record Scene
{
    /// <summary>Gets the height of the picture in pixels.</summary>
    public int Height { get; init; } = 200;

    /// <summary>Gets the margin around the digit, as a share of its longer side.</summary>
    public float Margin { get; init; } = 0.4f;

    /// <summary>Gets the pen's diameter as a share of the digit's height, or 0 for the digit's own strokes.</summary>
    public float Pen { get; init; }

    /// <summary>Gets the rotation in degrees.</summary>
    public float Angle { get; init; }

    /// <summary>Gets the radius of the blur in pixels.</summary>
    public int Blur { get; init; }

    /// <summary>Gets the tone of the paper, 0 to 255.</summary>
    public float Paper { get; init; } = 220;

    /// <summary>Gets the share of the light that the ink takes.</summary>
    public float Contrast { get; init; } = 0.8f;

    /// <summary>Gets the deviation of the grain. A picture without grain is a drawing and is saved as PNG.</summary>
    public float Grain { get; init; }

    /// <summary>Gets the JPEG quality of a picture with grain.</summary>
    public int Quality { get; init; } = 80;

    /// <summary>Gets the width of a line along an edge in pixels, or 0 for no line.</summary>
    public int LineWidth { get; init; }

    /// <summary>Gets the distance of the line from the edge in pixels.</summary>
    public int LineOffset { get; init; }

    /// <summary>Gets the share of the light that the line takes.</summary>
    public float LineContrast { get; init; } = 1;

    /// <summary>Gets a value that indicates whether the line runs along all four edges.</summary>
    public bool IsFrame { get; init; }

    /// <summary>Renders a digit as the bytes of an image file.</summary>
    public byte[] Render(Drawing digit, Random random)
    {
        Page ink = Pen > 0 ? digit.Trace((int)Math.Round(Math.Max(1, Pen * 100))) : digit.Enlarged;
        if (Angle != 0) ink = Rotated(ink);
        Page page = Cropped(OnWhite(ink));
        page = page.Resize(Math.Max(1, page.Width * Height / page.Height), Height);
        if (Blur > 0) page = Blurred(page, Blur);
        page = page.Map(value => Paper * (1 - (Contrast * (1 - (value / 255)))));
        if (LineWidth > 0) page = WithLine(page, random.Next(4));
        return Grain > 0 ? Noise(page, Grain, random).ToJpeg(Quality) : page.ToPng();
    }

    private Page Cropped(Page drawing)
    {
        int[] dark = [.. Enumerable.Range(0, drawing.Values.Length).Where(i => drawing.Values[i] < 128)];
        int left = dark.Min(i => i % drawing.Width), width = dark.Max(i => i % drawing.Width) - left + 1;
        int top = dark[0] / drawing.Width, height = (dark[^1] / drawing.Width) - top + 1;
        int margin = (int)(Margin * Math.Max(width, height));
        return drawing.On(width + (2 * margin), height + (2 * margin), margin - left, margin - top);
    }

    private Page Rotated(Page ink)
    {
        (float sin, float cos) = MathF.SinCos(Angle * MathF.PI / 180);
        (float centerX, float centerY) = ((ink.Width - 1) / 2f, (ink.Height - 1) / 2f);
        return ink.Map((x, y, _) =>
        {
            int column = (int)MathF.Round(centerX + (cos * (x - centerX)) - (sin * (y - centerY)));
            int row = (int)MathF.Round(centerY + (sin * (x - centerX)) + (cos * (y - centerY)));
            return (uint)column < (uint)ink.Width && (uint)row < (uint)ink.Height ? ink[column, row] : 0;
        });
    }

    private Page WithLine(Page page, int side) => page.Map((x, y, value) =>
    {
        int[] distances = [x, page.Width - 1 - x, y, page.Height - 1 - y];
        int distance = IsFrame ? distances.Min() : distances[side];
        return distance >= LineOffset && distance < LineOffset + LineWidth ? value * (1 - LineContrast) : value;
    });
}
