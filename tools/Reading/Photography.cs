namespace OnnxDigits.Tools.Reading;

/// <summary>Simulates paper, light and cameras.</summary>
internal static class Photography
{
    private const int PageWidth = 640;
    private const int PageHeight = 480;

    /// <summary>Turns white ink on black into black ink on white.</summary>
    public static Page OnWhite(Page ink) => ink.Map(value => 255 - value);

    /// <summary>Draws the digit black on white with its own strokes or with a pen of 3 to 8 pixels.</summary>
    public static Page Written(Drawing digit, Random random) =>
        OnWhite(random.Next(2) == 0 ? digit.Enlarged : digit.Trace(random.Next(3, 9)));

    /// <summary>Places a drawing anywhere on a white page, at least a margin from its border.</summary>
    public static Page OnPage(Page drawing, Random random, int margin = 0) => drawing.On(
        PageWidth, PageHeight, margin + random.Next(PageWidth - drawing.Width - 2 * margin),
        margin + random.Next(PageHeight - drawing.Height - 2 * margin));

    /// <summary>Lightens black ink to a share of its darkness.</summary>
    public static Page Faint(Page page, float share) => page.Map(value => 255 - share * (255 - value));

    /// <summary>Adds normal noise.</summary>
    public static Page Noise(Page page, float deviation, Random random) =>
        page.Map(value => value + deviation * Normal(random));

    /// <summary>Lights the page from one side: the light falls to 45 % at the other side.</summary>
    public static Page Light(Page page, Random random)
    {
        (float dx, float dy) = Direction(random);
        float reach = (Math.Abs(dx) * page.Width + Math.Abs(dy) * page.Height) / 2;
        return page.Map((x, y, value) =>
            value * (0.725f + 0.275f * (dx * (x - page.Width / 2f) + dy * (y - page.Height / 2f)) / reach));
    }

    /// <summary>Returns an empty page under even light, light from one side or a shadow of any softness.</summary>
    public static Page Empty(int side, Random random)
    {
        Page page = Even(side, random);
        return random.Next(3) switch
        {
            0 => page,
            1 => Light(page, random),
            _ => Shadow(page, 1 + (0.25f * side * random.NextSingle()), random),
        };
    }

    /// <summary>Returns an empty page of any tone under even light.</summary>
    public static Page Even(int side, Random random)
    {
        float tone = 120 + (135 * random.NextSingle());
        return new Page(side, side).Map(_ => tone);
    }

    /// <summary>Casts a shadow that takes half of the light and whose edge crosses the middle of the page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="softness">The scale in pixels of the logistic curve from shadow to light.</param>
    /// <param name="random">Chooses the direction and moves the edge.</param>
    /// <param name="range">The width in pixels of the band in which the edge lies.</param>
    public static Page Shadow(Page page, float softness, Random random, float range = 200)
    {
        (float dx, float dy) = Direction(random);
        float offset = range * (random.NextSingle() - 0.5f);
        return page.Map((x, y, value) =>
        {
            float distance = dx * (x - page.Width / 2f) + dy * (y - page.Height / 2f) + offset;
            return value * (0.5f + 0.5f / (1 + MathF.Exp(-distance / softness)));
        });
    }

    /// <summary>Turns white paper into grey paper with fibres: noise of single pixels and of blocks of 4×4.</summary>
    public static Page Grain(Page page, Random random, float deviation)
    {
        int blocks = page.Width / 4 + 1;
        int count = blocks * (page.Height / 4 + 1);
        float[] coarse = [.. Enumerable.Range(0, count).Select(_ => deviation * Normal(random))];
        return page.Map((x, y, value) =>
            0.85f * value + 12 + coarse[y / 4 * blocks + x / 4] + deviation * Normal(random));
    }

    /// <summary>Blurs with two passes of a box filter, which is close to a lens out of focus.</summary>
    public static Page Blurred(Page page, int radius)
    {
        for (int pass = 0; pass < 2; pass++) page = Smeared(Smeared(page, radius, 1, 0), radius, 0, 1);
        return page;
    }

    /// <summary>Adds thirty dark specks of 2 to 4 pixels.</summary>
    public static Page Dust(Page page, Random random)
    {
        for (int speck = 0; speck < 30; speck++)
        {
            int size = random.Next(2, 5), left = random.Next(page.Width - size), top = random.Next(page.Height - size);
            for (int pixel = 0; pixel < size * size; pixel++) page[left + pixel % size, top + pixel / size] = 60;
        }

        return page;
    }

    /// <summary>Prints lines of 2 pixels that take 30 % of the light.</summary>
    public static Page Ruled(Page page, int distance, bool isSquared) => page.Map((x, y, value) =>
        y % distance < 2 || (isSquared && x % distance < 2) ? 0.7f * value : value);

    /// <summary>Shows 30 to 80 pixels of a grey desk along one side.</summary>
    public static Page Desk(Page page, Random random)
    {
        int width = random.Next(30, 80), side = random.Next(4), desk = random.Next(2) == 0 ? 60 : 140;
        return page.Map((x, y, value) =>
            (side switch { 0 => x, 1 => page.Width - 1 - x, 2 => y, _ => page.Height - 1 - y }) < width ? desk : value);
    }

    /// <summary>Crops to the ink and a margin, and to at least 64 pixels a side.</summary>
    public static Page Cropped(Page drawing, int margin)
    {
        int[] dark = [.. Enumerable.Range(0, drawing.Values.Length).Where(i => drawing.Values[i] < 128)];
        if (dark.Length == 0) return drawing;
        int left = dark.Min(i => i % drawing.Width), right = dark.Max(i => i % drawing.Width);
        int top = dark[0] / drawing.Width, bottom = dark[^1] / drawing.Width;
        int width = Math.Max(64, right - left + 1 + 2 * margin), height = Math.Max(64, bottom - top + 1 + 2 * margin);
        return drawing.On(width, height, (width - left - right - 1) / 2, (height - top - bottom - 1) / 2);
    }

    private static (float X, float Y) Direction(Random random)
    {
        double angle = 2 * Math.PI * random.NextDouble();
        return ((float)Math.Cos(angle), (float)Math.Sin(angle));
    }

    // The sum of four uniform numbers is close enough to normal.
    private static float Normal(Random random) =>
        (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2) * 1.73f;

    private static Page Smeared(Page page, int radius, int dx, int dy) => page.Map((x, y, _) =>
    {
        float sum = 0;
        for (int i = -radius; i <= radius; i++)
        {
            sum += page[Math.Clamp(x + i * dx, 0, page.Width - 1), Math.Clamp(y + i * dy, 0, page.Height - 1)];
        }
        return sum / (2 * radius + 1);
    });
}
