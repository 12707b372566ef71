using System.Globalization;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using TorchOnnx.OnnxRuntime;

namespace OnnxDigits.Tools.Explain;

/// <summary>How large what comes out of a window is, by rule, in TorchSharp and in the exported graph.</summary>
internal static class ShapesSection
{
    private static readonly (string Name, WindowCase Case)[] Shown =
    [
        ("25 pixels, 3×3, stride 2", new(false, 25, 3, 2, 1, Padding2D.Valid)),
        ("28 pixels, 3×3: the border effect", new(false, 28, 3, 1, 1, Padding2D.Valid)),
        ("28 pixels, 3×3, same", new(false, 28, 3, 1, 1, Padding2D.Same)),
        ("26 pixels, pooling 2×2", new(true, 26, 2, 2, 1, Padding2D.Valid)),
        ("13 pixels, 3×3, dilation 2", new(false, 13, 3, 1, 2, Padding2D.Valid)),
    ];

    public static void Write(Page page)
    {
        var runner = new OnnxRuntimeRunner();
        WindowCase[] all = [.. WindowCase.All];
        foreach (WindowCase one in all)
        {
            (int torch, int graph) = one.Run(runner);
            if (torch != one.ByRule || graph != one.ByRule)
                throw new InvalidOperationException($"{one}: {one.ByRule} by rule, {torch} in TorchSharp, {graph} in the graph.");
        }

        page.Line("## Shapes");
        page.Line();
        page.Line("A window of k pixels that moves by s over n pixels has ⌊(n − k) / s⌋ + 1 places (`valid`), or ⌈n / s⌉ where the image is");
        page.Line("padded (`same`). With a dilation of d its k values reach over (k − 1) d + 1 pixels.");
        page.Line();
        page.Picture("windows", "The places of a window on an image, five times", Draw);
        page.Table(
            ["window", "image", "reach", "stride", "padding", "result"],
            Shown.Select(shown => (string[])
            [
                shown.Name, Square(shown.Case.Size), Square(shown.Case.Reach), $"{shown.Case.Stride}",
                shown.Case.Padding.ToString().ToLowerInvariant(), Square(shown.Case.ByRule),
            ]));
        page.Line($"TorchSharp and the exported graph were run on {all.Length} combinations and gave the rule's size each time: images of");
        page.Line("7, 10, 13, 25, 26 and 28 pixels, convolutions of 1 to 5, pooling of 2 and 3, strides 1 to 3, dilations 1 and 2, both");
        page.Line("paddings, but for windows larger than the image.");
        page.Line();
    }

    private static string Square(int side) => string.Create(CultureInfo.InvariantCulture, $"{side}×{side}");

    // The first window whole, and where the others start: one shade each, alternating.
    private static byte[] Draw(Palette palette)
    {
        const int Cell = 8, Gap = 40, Top = 56, Largest = 30 * Cell;
        using var drawing = new Drawing(Gap + Shown.Length * (Largest + Gap), Top + Largest + 64, palette);
        foreach ((int place, (string name, WindowCase shown)) in Shown.Index())
        {
            float left = Gap + place * (Largest + Gap);
            (int before, int after) = WindowArithmetic.PaddingOf(shown.Size, shown.Reach, shown.Stride, shown.Padding);
            int side = before + shown.Size + after;
            drawing.Text(name, left, 34, 14);
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    using var paint = new SKPaint { Color = Shade(shown, x, y, before, palette).ToSKColor() };
                    drawing.Canvas.DrawRect(left + x * Cell, Top + y * Cell, Cell - 1, Cell - 1, paint);
                }
            }

            string result = string.Create(CultureInfo.InvariantCulture, $"{shown.Size} → {shown.ByRule}");
            drawing.Text(result, left, Top + side * Cell + 22, 15);
        }

        drawing.Text("orange: the first window; blue: where the corners of all windows lie; grey: the image; faint: padding.", Gap, Top + Largest + 52, 13, palette.Muted);
        return drawing.ToPng();
    }

    private static ScottPlot.Color Shade(WindowCase shown, int x, int y, int before, Palette palette)
    {
        bool InWindow(int at) => at < shown.Reach && at % shown.Dilation == 0;
        bool IsCorner(int at) => at % shown.Stride == 0 && at / shown.Stride < shown.ByRule;
        bool InImage(int at) => at >= before && at < before + shown.Size;
        if (InWindow(x) && InWindow(y)) return palette.Wrong;
        if (IsCorner(x) && IsCorner(y)) return palette.OnPaper(palette.Right, 0.7);
        return palette.OnPaper(palette.Muted, InImage(x) && InImage(y) ? 0.3 : 0.08);
    }
}
