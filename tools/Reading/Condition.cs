using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using static OnnxDigits.Tools.Reading.Photography;

namespace OnnxDigits.Tools.Reading;

/// <summary>A way in which a digit comes as an image file.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Render">From the digit and a source of chance to the bytes of a file.</param>
internal sealed record Condition(string Name, Func<Drawing, Random, byte[]> Render)
{
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

    /// <summary>Photographs of a page of 640 × 480 pixels as they go wrong, as JPEG files.</summary>
    public static IReadOnlyList<Condition> Photographed { get; } =
    [
        All[0],
        Photo("pencil: ink of 30 %", (digit, chance) => Light(OnPage(Faint(Written(digit, chance), 0.3f), chance), chance)),
        Photo("chalk on a board", (digit, chance) => OnPage(Written(digit, chance), chance).Map(value => 60 + 0.7f * (255 - value))),
        Photo("a digit of 56 pixels", (digit, chance) => Light(OnPage(OnWhite(digit.Enlarge(2)), chance), chance)),
        Photo("a digit of 392 pixels", (digit, chance) => Light(OnPage(OnWhite(digit.Enlarge(14)), chance), chance)),
        Photo("out of focus", (digit, chance) => Light(Blurred(OnPage(Written(digit, chance), chance), 3), chance)),
        Photo("three times the grain", (digit, chance) => Light(OnPage(Written(digit, chance), chance), chance), grain: 12),
        Photo("dust", (digit, chance) => Light(Dust(OnPage(Written(digit, chance), chance), chance), chance)),
        Photo("the edge of a soft shadow", (digit, chance) => Shadow(OnPage(Written(digit, chance), chance), 30, chance)),
        Photo("the edge of a hard shadow", (digit, chance) => Shadow(OnPage(Written(digit, chance), chance), 4, chance)),
        Photo("ruled paper", (digit, chance) => Light(Ruled(OnPage(Written(digit, chance), chance), 60, isSquared: false), chance)),
        Photo("squared paper", (digit, chance) => Light(Ruled(OnPage(Written(digit, chance), chance), 40, isSquared: true), chance)),
        Photo("a desk beyond the page's edge", (digit, chance) => Desk(OnPage(Written(digit, chance), chance, margin: 90), chance)),
        Photo("cut out with a margin of 10 pixels", (digit, chance) => Light(CutOut(OnWhite(digit.Enlarged), 10), chance)),
        Photo("cut out to the pixel", (digit, chance) => Light(CutOut(OnWhite(digit.Enlarged), 0), chance)),
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

    private static Condition Photo(string name, Func<Drawing, Random, Page> lay, float grain = PaperGrain) =>
        new(name, (digit, chance) => Encoding.Jpeg(Grain(lay(digit, chance), chance, grain), 80));

    private static Page OnPaper(Page ink) => ink.Map(value => 235 - 0.85f * value);

    private static Page Noise(Page page, float deviation, Random chance) => page.Map((_, _, value) => value + deviation * Normal(chance));
}
