using OnnxDigits.Data;
using OnnxDigits.Imaging;
using static OnnxDigits.Tools.Reading.Photography;

namespace OnnxDigits.Tools.Reading;

/// <summary>Renders a digit as an image file.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Render">Returns the bytes of a file that shows the digit. The random numbers place and disturb
/// it.</param>
internal sealed record Condition(string Name, Func<Drawing, Random, byte[]> Render)
{
    private static IEnumerable<Condition> All =>
    [
        new("28×28, white on black", (digit, _) => digit.Original.ToPng()),
        new("28×28, black on white", (digit, _) => OnWhite(digit.Original).ToPng()),
        new("140×140, black on white", (digit, _) => OnWhite(digit.Enlarged).ToPng()),
        new("140×140, JPEG quality 70", (digit, _) => OnWhite(digit.Enlarged).ToJpeg(70)),
        .. ((int[])[2, 4, 8]).Select(pen => new Condition(
            $"140×140, pen of {pen} pixels", (digit, _) => OnWhite(digit.Trace(pen)).ToPng())),
        .. ((float[])[0.02f, 0.05f, 0.1f]).Select(deviation => new Condition(
            $"28×28, noise of {deviation}", (digit, random) => Noise(digit.Original, 255 * deviation, random).ToPng())),
        .. ((float[])[0.02f, 0.05f, 0.1f]).Select(deviation => new Condition(
            $"28×28 on grey paper, noise of {deviation}",
            (digit, random) => Noise(digit.Original.Map(ink => 235 - 0.85f * ink), 255 * deviation, random).ToPng())),
        Photo("written on a page", (digit, random) => Light(OnPage(Written(digit, random), random), random)),
        Photo("pencil of 30 %", (digit, random) => Light(OnPage(Faint(Written(digit, random), 0.3f), random), random)),
        Photo("chalk on a board", (digit, random) =>
            OnPage(Written(digit, random), random).Map(value => 60 + 0.7f * (255 - value))),
        Photo("a digit of 56 pixels", (digit, random) => Light(OnPage(OnWhite(digit.Enlarge(2)), random), random)),
        Photo("a digit of 392 pixels", (digit, random) => Light(OnPage(OnWhite(digit.Enlarge(14)), random), random)),
        Photo("out of focus", (digit, random) => Light(Blurred(OnPage(Written(digit, random), random), 3), random)),
        Photo(
            "three times the grain",
            (digit, random) => Light(OnPage(Written(digit, random), random), random), grain: 12),
        Photo("dust", (digit, random) => Light(Dust(OnPage(Written(digit, random), random), random), random)),
        Photo("a soft shadow", (digit, random) => Shadow(OnPage(Written(digit, random), random), 30, random)),
        Photo("a hard shadow", (digit, random) => Shadow(OnPage(Written(digit, random), random), 4, random)),
        Photo("ruled paper", (digit, random) =>
            Light(Ruled(OnPage(Written(digit, random), random), 60, isSquared: false), random)),
        Photo("squared paper", (digit, random) =>
            Light(Ruled(OnPage(Written(digit, random), random), 40, isSquared: true), random)),
        Photo("a desk beside the page", (digit, random) =>
            Desk(OnPage(Written(digit, random), random, margin: 90), random)),
        Photo("cropped to a margin of 10 pixels", (digit, random) =>
            Light(Cropped(OnWhite(digit.Enlarged), 10), random)),
        Photo("cropped to the ink", (digit, random) => Light(Cropped(OnWhite(digit.Enlarged), 0), random)),
        Screen("nothing around the digit", (page, _) => page),
        Screen("a line at or near an edge", Edges.Line),
        Screen("a rim of 1 pixel", (page, random) => Edges.Frame(page, 0, 1, random)),
        Screen("a frame of 3 pixels", (page, random) => Edges.Frame(page, 0, 3, random)),
        Screen("a box around the digit", (page, random) => Edges.Frame(page, 8, 3, random)),
        Screen("an application's bars", (page, _) => Edges.Bars(page)),
        Screen("a page on a ground of the ink's tone", (page, _) => Edges.OnBlack(page, 20)),
        Photo("photograph: nothing around the digit", (digit, random) => Light(Bordered(digit), random)),
        Photo("photograph: a line at or near an edge", (digit, random) =>
            Light(Edges.Line(Bordered(digit), random), random)),
        Photo("photograph: a box around the digit", (digit, random) =>
            Light(Edges.Frame(Bordered(digit), 25, 3, random), random)),
        Photo(
            "photograph: cropped, blurred and faint",
            (digit, random) => Edges.Faded(OnWhite(digit.Enlarged), random), grain: 0.5f),
    ];

    /// <summary>Reads every image under every condition.</summary>
    /// <param name="images">The images.</param>
    /// <param name="part">The text that the name of a condition must contain.</param>
    /// <param name="readers">The models.</param>
    public static void ReadAll(DigitImages images, string part, Readers readers)
    {
        Condition[] conditions =
            [.. All.Where(condition => condition.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        foreach (Condition condition in conditions) readers.AddGroup(condition.Name);
        Parallel.For(0, images.Count, i =>
        {
            var digit = new Drawing(images.Image(i));
            foreach (Condition condition in conditions)
            {
                // The seed makes a file independent of the threads and of other conditions.
                byte[] file = condition.Render(digit, new Random(i));
                readers.Read(condition.Name, ImageFile.Decode(file).Raster, images.Label(i));
            }
        });
    }

    // 200×200 pixels, with the digit in the middle.
    private static Page Bordered(Drawing digit) => OnWhite(digit.Enlarged).On(200, 200, 30, 30);

    private static Condition Screen(string name, Func<Page, Random, Page> draw) =>
        new($"drawing: {name}", (digit, random) => draw(Bordered(digit), random).ToPng());

    private static Condition Photo(string name, Func<Drawing, Random, Page> photograph, float grain = 4) =>
        new(name, (digit, random) => Grain(photograph(digit, random), random, grain).ToJpeg(80));
}
