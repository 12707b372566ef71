namespace OnnxDigits.Tools.Reading;

/// <summary>Draws what surrounds a digit in scans, screenshots, forms and crops.</summary>
internal static class Edges
{
    /// <summary>Draws a line of 1 to 12 pixels and any grey along a side or up to 15 pixels from it.</summary>
    public static Page Line(Page page, Random random)
    {
        int side = random.Next(4), width = random.Next(1, 13), offset = random.Next(2) * random.Next(16);
        float light = 0.8f * random.NextSingle();
        return page.Map((x, y, value) =>
        {
            int distance = side switch { 0 => x, 1 => page.Width - 1 - x, 2 => y, _ => page.Height - 1 - y };
            return distance >= offset && distance < offset + width ? light * value : value;
        });
    }

    /// <summary>Draws a frame of any grey.</summary>
    /// <param name="page">The page.</param>
    /// <param name="inset">The distance from the page's edge in pixels.</param>
    /// <param name="width">The width of the frame's lines in pixels.</param>
    /// <param name="random">Chooses the grey.</param>
    public static Page Frame(Page page, int inset, int width, Random random)
    {
        float light = 0.8f * random.NextSingle();
        return page.Map((x, y, value) =>
            DistanceToEdge(page, x, y) is var distance && distance >= inset && distance < inset + width
                ? light * value : value);
    }

    /// <summary>Draws an application's bars with three buttons.</summary>
    public static Page Bars(Page page) => page.Map((x, y, value) =>
        y < page.Height / 9 ? (y > 3 && y < page.Height / 9 - 4 && x % 40 is > 8 and < 30 ? 200 : 60)
        : y > page.Height - page.Height / 12 ? 90
        : value);

    /// <summary>Places the page on a ground of the ink's tone.</summary>
    public static Page OnBlack(Page page, int margin) =>
        page.On(page.Width + 2 * margin, page.Height + 2 * margin, margin, margin)
            .Map((x, y, value) =>
                x < margin || y < margin || x >= page.Width + margin || y >= page.Height + margin ? 0 : value);

    /// <summary>
    /// Crops to the digit and a margin of a tenth, reduces to a height of 20 to 90 pixels, blurs and lightens to 15 to
    /// 60 % of the contrast.
    /// </summary>
    public static Page Faded(Page drawing, Random random)
    {
        Page cropped = Photography.Cropped(drawing, 8);
        int height = random.Next(20, 91);
        float contrast = 0.15f + 0.45f * random.NextSingle();
        Page small = cropped.Resize(Math.Max(12, cropped.Width * height / cropped.Height), height);
        return Photography.Blurred(small, 1).Map(value => 200 - contrast * (255 - value));
    }

    private static int DistanceToEdge(Page page, int x, int y) =>
        Math.Min(Math.Min(x, page.Width - 1 - x), Math.Min(y, page.Height - 1 - y));
}
