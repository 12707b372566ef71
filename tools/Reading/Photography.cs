namespace OnnxDigits.Tools.Reading;

/// <summary>What paper, light and a camera make of a drawing.</summary>
internal static class Photography
{
    /// <summary>The deviation of the grain of paper, of 255, in each of its two sizes.</summary>
    public const float PaperGrain = 4;

    private const int PageWidth = 640;
    private const int PageHeight = 480;

    /// <summary>White ink to black ink.</summary>
    public static Page OnWhite(Page ink) => ink.Map(value => 255 - value);

    /// <summary>Anywhere on a white page, at least a margin from its border.</summary>
    public static Page OnPage(Page drawing, Random chance, int margin = 0) => drawing.On(
        PageWidth, PageHeight, margin + chance.Next(PageWidth - drawing.Width - 2 * margin),
        margin + chance.Next(PageHeight - drawing.Height - 2 * margin), background: 255);

    /// <summary>Black on white with the digit's own strokes or a pen of 3 to 8 pixels.</summary>
    public static Page Written(Drawing digit, Random chance) => OnWhite(chance.Next(2) == 0 ? digit.Enlarged : digit.Trace(chance.Next(3, 9)));

    /// <summary>Ink that takes away so much of the light.</summary>
    public static Page Faint(Page black, float share) => black.Map(value => 255 - share * (255 - value));

    /// <summary>From full light in one direction to 45 % of it, as under a lamp at the side.</summary>
    public static Page Light(Page page, Random chance)
    {
        double angle = 2 * Math.PI * chance.NextDouble();
        float dx = (float)Math.Cos(angle), dy = (float)Math.Sin(angle);
        float reach = (Math.Abs(dx) * page.Width + Math.Abs(dy) * page.Height) / 2;
        return page.Map((x, y, value) =>
            value * (0.725f + 0.275f * (dx * (x - page.Width / 2f) + dy * (y - page.Height / 2f)) / reach));
    }

    /// <summary>A shadow that takes half of the light, its edge through the middle of the page or near it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="softness">In pixels, the scale of the logistic curve from shadow to light.</param>
    /// <param name="chance">Which way it falls.</param>
    public static Page Shadow(Page page, float softness, Random chance)
    {
        double angle = 2 * Math.PI * chance.NextDouble();
        float dx = (float)Math.Cos(angle), dy = (float)Math.Sin(angle), off = 200 * (chance.NextSingle() - 0.5f);
        return page.Map((x, y, value) =>
        {
            float distance = dx * (x - page.Width / 2f) + dy * (y - page.Height / 2f) + off;
            return value * (0.5f + 0.5f / (1 + MathF.Exp(-distance / softness)));
        });
    }

    /// <summary>Grey paper with fibres: independent noise, and a coarser one of blocks of 4 pixels.</summary>
    public static Page Grain(Page page, Random chance, float deviation = PaperGrain)
    {
        int across = page.Width / 4 + 1;
        float[] coarse = [.. Enumerable.Range(0, across * (page.Height / 4 + 1)).Select(_ => deviation * Normal(chance))];
        return page.Map((x, y, value) => 0.85f * value + 12 + coarse[y / 4 * across + x / 4] + deviation * Normal(chance));
    }

    /// <summary>The mean over a square of this radius, twice: near enough to a lens that is out of focus.</summary>
    public static Page Blurred(Page page, int radius)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            page = Smeared(page, radius, 1, 0);
            page = Smeared(page, radius, 0, 1);
        }

        return page;
    }

    /// <summary>Thirty dark specks of 2 to 4 pixels.</summary>
    public static Page Dust(Page page, Random chance)
    {
        for (int speck = 0; speck < 30; speck++)
        {
            int size = chance.Next(2, 5), left = chance.Next(page.Width - size), top = chance.Next(page.Height - size);
            for (int pixel = 0; pixel < size * size; pixel++) page[left + pixel % size, top + pixel / size] = 60;
        }

        return page;
    }

    /// <summary>Printed lines of 2 pixels that take 30 % of the light.</summary>
    public static Page Ruled(Page page, int distance, bool isSquared) => page.Map((x, y, value) =>
        y % distance < 2 || (isSquared && x % distance < 2) ? 0.7f * value : value);

    /// <summary>Along one side of the picture, 30 to 80 pixels of a desk that is dark or half as bright as the page.</summary>
    public static Page Desk(Page page, Random chance)
    {
        int width = chance.Next(30, 80), side = chance.Next(4), desk = chance.Next(2) == 0 ? 60 : 140;
        return page.Map((x, y, value) =>
            (side switch { 0 => x, 1 => page.Width - 1 - x, 2 => y, _ => page.Height - 1 - y }) < width ? desk : value);
    }

    /// <summary>The drawing's ink with so much of a margin, and at least 64 pixels to each side; what the drawing lacks is white.</summary>
    public static Page CutOut(Page drawing, int margin)
    {
        int[] dark = [.. Enumerable.Range(0, drawing.Values.Length).Where(i => drawing.Values[i] < 128)];
        if (dark.Length == 0)
            return drawing;
        int left = dark.Min(i => i % drawing.Width), right = dark.Max(i => i % drawing.Width);
        int top = dark[0] / drawing.Width, bottom = dark[^1] / drawing.Width;
        var cut = Page.Blank(Math.Max(64, right - left + 1 + 2 * margin), Math.Max(64, bottom - top + 1 + 2 * margin), 255);
        int x0 = (left + right + 1 - cut.Width) / 2, y0 = (top + bottom + 1 - cut.Height) / 2;
        return cut.Map((x, y, white) =>
            (uint)(x + x0) < (uint)drawing.Width && (uint)(y + y0) < (uint)drawing.Height ? drawing[x + x0, y + y0] : white);
    }

    /// <summary>Near enough to normal for paper: the sum of four uniform numbers.</summary>
    public static float Normal(Random chance) =>
        (chance.NextSingle() + chance.NextSingle() + chance.NextSingle() + chance.NextSingle() - 2) * 1.73f;

    private static Page Smeared(Page page, int radius, int dx, int dy) => page.Map((x, y, _) =>
    {
        float sum = 0;
        for (int i = -radius; i <= radius; i++)
            sum += page[Math.Clamp(x + i * dx, 0, page.Width - 1), Math.Clamp(y + i * dy, 0, page.Height - 1)];
        return sum / (2 * radius + 1);
    });
}
