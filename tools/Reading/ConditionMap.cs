using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>Maps the error and blank rates over two properties of a picture.</summary>
/// <param name="Name">The title.</param>
/// <param name="Row">The name of the rows' property.</param>
/// <param name="Rows">The values of the rows.</param>
/// <param name="Column">The name of the columns' property.</param>
/// <param name="Columns">The values of the columns.</param>
/// <param name="Render">Returns the bytes of a file that shows the digit.</param>
internal sealed record ConditionMap(
    string Name, string Row, float[] Rows, string Column, float[] Columns,
    Func<Drawing, float, float, Random, byte[]> Render)
{
    private static readonly float[] Contrasts = [0.1f, 0.15f, 0.2f, 0.3f, 0.5f, 1];
    private static readonly float[] Heights = [16, 28, 64, 200, 640, 1_600, 4_000];
    private static readonly float[] LineWidths = [0, 1, 2, 4, 8, 16];

    private static IEnumerable<ConditionMap> All =>
    [
        .. ((float[])[0.2f, 0.5f, 1]).Select(contrast => new ConditionMap(
            $"crop of {100 * contrast} % contrast",
            "margin", [0, 0.05f, 0.1f, 0.3f, 1], "height", [16, 24, 32, 48, 64, 90], (digit, margin, height, random) =>
                new Scene
                {
                    Margin = margin, Height = (int)height, Contrast = contrast, Blur = (int)height / 45, Grain = 1,
                }.Render(digit, random))),
        new("contrast and blur", "contrast", Contrasts, "blur", [0, 1, 2, 4, 8], (digit, contrast, blur, random) =>
            new Scene { Contrast = contrast, Blur = (int)blur, Grain = 2 }.Render(digit, random)),
        new("contrast and size", "contrast", Contrasts, "height", Heights, (digit, contrast, height, random) =>
            new Scene { Contrast = contrast, Height = (int)height, Grain = 1 }.Render(digit, random)),
        new("brightness", "contrast", Contrasts, "paper", [60, 100, 150, 200, 255], (digit, contrast, paper, random) =>
            new Scene { Contrast = contrast, Paper = paper, Grain = 1 }.Render(digit, random)),
        new("pen", "pen", [0.02f, 0.04f, 0.08f, 0.16f, 0.24f], "height", Heights, (digit, pen, height, random) =>
            new Scene { Pen = pen, Height = (int)height, Grain = 1 }.Render(digit, random)),
        new("rotation", "degrees", [-20, -10, 0, 10, 20], "height", Heights, (digit, angle, height, random) =>
            new Scene { Angle = angle, Height = (int)height, Grain = 1 }.Render(digit, random)),
        new("JPEG", "quality", [10, 20, 40, 60, 80, 95], "height", Heights, (digit, quality, height, random) =>
            new Scene { Quality = (int)quality, Height = (int)height, Grain = 1 }.Render(digit, random)),
        .. ((float[])[0, 2]).SelectMany(grain => (IEnumerable<ConditionMap>)
        [
            Lines("line", new Scene { Grain = grain }), Lines("frame", new Scene { Grain = grain, IsFrame = true }),
            Tones("line", new Scene { Grain = grain }), Tones("frame", new Scene { Grain = grain, IsFrame = true }),
        ]),
        new("empty page under uneven light", "grain", [0, 1, 2, 4, 8], "height", Heights, (_, grain, height, random) =>
            Photography.Noise(Photography.Empty((int)height, random), grain, random).ToJpeg(80))
        {
            IsEmpty = true,
        },
        new("hard shadow without a digit", "softness", [0.5f, 1, 2, 4], "height", [16, 28, 64, 128, 200, 640],
            (_, softness, height, random) => Photography.Noise(
                Photography.Shadow(Photography.Even((int)height, random), softness, random, range: height),
                deviation: 2, random).ToJpeg(80))
        {
            IsEmpty = true,
        },
    ];

    /// <summary>
    /// Gets a value that indicates whether the pictures show no digit, so that only blank results are right.
    /// </summary>
    public bool IsEmpty { get; init; }

    /// <summary>Reads images in every cell of the maps and prints the rates as Markdown.</summary>
    /// <param name="images">The images. Large pictures are read for a tenth of them.</param>
    /// <param name="part">The text that the name of a map must contain.</param>
    /// <param name="classifier">The model.</param>
    public static void PrintAll(DigitImages images, string part, DigitClassifier classifier)
    {
        foreach (ConditionMap map in All.Where(map => map.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            string rates = map.IsEmpty ? "not blank, blank" : "wrong or blank, of them blank";
            Console.WriteLine($"{map.Name}: {rates}, in per cent\n");
            Console.WriteLine(MarkdownTable.Format(
                [$"{map.Row} \\ {map.Column}", .. map.Columns.Select(Text)],
                [.. map.Rows.Select(row => (string[])
                [
                    Text(row), .. map.Columns.Select(column => map.Cell(row, column, images, classifier)),
                ])]));
        }
    }

    private static ConditionMap Lines(string name, Scene scene) => new(
        $"{Kind(scene)} with a {name} of any tone", "width", LineWidths, "offset", [0, 1, 2, 5, 10, 20],
        (digit, width, offset, random) => (scene with
        {
            LineWidth = (int)width,
            LineOffset = (int)offset,
            LineContrast = 0.1f + (0.9f * random.NextSingle()),
        }).Render(digit, random));

    private static ConditionMap Tones(string name, Scene scene) => new(
        $"{Kind(scene)} with a {name} at any place", "width", LineWidths, "contrast", Contrasts,
        (digit, width, contrast, random) => (scene with
        {
            LineWidth = (int)width,
            LineOffset = random.Next(2) * random.Next(21),
            LineContrast = contrast,
        }).Render(digit, random));

    private static string Kind(Scene scene) => scene.Grain > 0 ? "photograph" : "drawing";

    private static string Text(float value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    private string Cell(float row, float column, DigitImages images, DigitClassifier classifier)
    {
        int count = Column == "height" && column > 1_000 ? images.Count / 10 : images.Count;
        int wrong = 0, blank = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, count, options, i =>
        {
            byte[] file = Render(new Drawing(images.Image(i)), row, column, new Random(i));
            DigitPrediction found = classifier.Classify(ImageFile.Decode(file).Raster);
            bool isBlank = found.Status == PredictionStatus.Blank;
            if (isBlank) Interlocked.Increment(ref blank);
            if (IsEmpty ? !isBlank : isBlank || found.Digit != images.Label(i)) Interlocked.Increment(ref wrong);
        });
        return $"{100.0 * wrong / count:0.#}, {100.0 * blank / count:0.#}";
    }
}
