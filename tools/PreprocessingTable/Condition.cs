using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>A way in which a digit comes as an image file.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Render">From the digit and a source of chance to the bytes of a file.</param>
internal sealed record Condition(string Name, Func<Drawing, Random, byte[]> Render)
{
    private const int PageWidth = 640;
    private const int PageHeight = 480;

    public static IReadOnlyList<Condition> All { get; } =
    [
        new("as it is, PNG 28×28", (digit, _) => Encoding.Png(digit.Original)),
        new("black on white, 28×28", (digit, _) => Encoding.Png(OnWhite(digit.Original))),
        new("white on black, 5×", (digit, _) => Encoding.Png(digit.Enlarged)),
        new("black on white, 5×", (digit, _) => Encoding.Png(OnWhite(digit.Enlarged))),
        new("black on white, 13×", (digit, _) => Encoding.Png(OnWhite(digit.Enlarge(13)))),
        new("transparent PNG, 5×", (digit, _) => Encoding.TransparentPng(digit.Enlarged)),
        new("16-bit PNG, 5×", (digit, _) => Encoding.Png16(OnWhite(digit.Enlarged))),
        .. Enumerable.Range(1, 8).Select(orientation => new Condition(
            $"JPEG, EXIF orientation {orientation}, 5×",
            (digit, _) => Encoding.ExifJpeg(OnWhite(digit.Enlarged), orientation))),
        new("JPEG, quality 70, 5×", (digit, _) => Encoding.Jpeg(OnWhite(digit.Enlarged), 70)),
        new("off-centre on a large page", (digit, chance) => Encoding.Png(OnPage(OnWhite(digit.Enlarged), chance))),
        new("uneven lighting", (digit, chance) => Encoding.Png(Light(OnPage(OnWhite(digit.Enlarged), chance), chance))),
        new("paper grain", (digit, chance) => Encoding.Png(Grain(OnPage(OnWhite(digit.Enlarged), chance), chance))),
        .. ((int[])[2, 3, 4, 6, 8]).Select(thickness => new Condition(
            $"pen line of {thickness} px, 5×", (digit, _) => Encoding.Png(OnWhite(digit.Trace(thickness))))),
        new("all at once: pen of 2 to 8 px, page, light, grain, JPEG 70", (digit, chance) => Encoding.Jpeg(
            Grain(Light(OnPage(OnWhite(digit.Trace(chance.Next(2, 9))), chance), chance), chance), 70)),
    ];

    /// <summary>Noise at the size of the network's input, where no reduction averages it away.</summary>
    public static IReadOnlyList<Condition> Noisy { get; } =
    [
        All[0],
        .. from kind in ((string Name, Func<Page, Page> Draw)[])[("white on black", ink => ink), ("grey paper", OnPaper)]
           from deviation in (float[])[0.02f, 0.05f, 0.1f]
           select new Condition(
               FormattableString.Invariant($"{kind.Name}, noise of {deviation}"),
               (digit, chance) => Encoding.Png(Noise(kind.Draw(digit.Original), 255 * deviation, chance))),
    ];

    /// <summary>What the network sees of a digit that comes in this way.</summary>
    /// <param name="digit">The digit.</param>
    /// <param name="place">The digit's place among others, which seeds its chance: neither threads nor other conditions matter.</param>
    /// <param name="seen">784 bytes to write to.</param>
    /// <returns>False where the preprocessing finds nothing.</returns>
    public bool Prepare(Drawing digit, int place, Span<byte> seen)
    {
        byte[] file = Render(digit, new Random(place));
        return !DigitPreprocessing.Apply(ImageFile.Decode(file).Raster, seen).IsBlank;
    }

    private static Page OnPaper(Page ink) => ink.Map(value => 235 - 0.85f * value);

    private static Page Noise(Page page, float deviation, Random chance) => page.Map((_, _, value) => value + deviation * Normal(chance));

    private static Page OnWhite(Page ink) => ink.Map(value => 255 - value);

    private static Page OnPage(Page drawing, Random chance) => drawing.On(
        PageWidth, PageHeight, chance.Next(PageWidth - drawing.Width), chance.Next(PageHeight - drawing.Height), background: 255);

    // From full light in one direction to 45 % of it, as under a lamp at the side.
    private static Page Light(Page page, Random chance)
    {
        double angle = 2 * Math.PI * chance.NextDouble();
        float dx = (float)Math.Cos(angle), dy = (float)Math.Sin(angle);
        float reach = (Math.Abs(dx) * page.Width + Math.Abs(dy) * page.Height) / 2;
        return page.Map((x, y, value) =>
            value * (0.725f + 0.275f * (dx * (x - page.Width / 2f) + dy * (y - page.Height / 2f)) / reach));
    }

    // Grey paper with fibres: independent noise, and a coarser one of blocks of 4 pixels.
    private static Page Grain(Page page, Random chance)
    {
        int across = page.Width / 4 + 1;
        float[] coarse = [.. Enumerable.Range(0, across * (page.Height / 4 + 1)).Select(_ => 4 * Normal(chance))];
        return page.Map((x, y, value) => 0.85f * value + 12 + coarse[y / 4 * across + x / 4] + 4 * Normal(chance));
    }

    // Near enough to normal for paper: the sum of four uniform numbers.
    private static float Normal(Random chance) =>
        (chance.NextSingle() + chance.NextSingle() + chance.NextSingle() + chance.NextSingle() - 2) * 1.73f;
}
