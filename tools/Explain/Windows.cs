using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Shows the number of positions of a window on an image.</summary>
internal static class Windows
{
    private static readonly Window[] Shown =
    [
        new("25 pixels, 3×3, stride 2", 25, 3, Stride: 2),
        new("28 pixels, 3×3: the border effect", 28, 3),
        new("28 pixels, 3×3, same", 28, 3, Padding: 1),
        new("26 pixels, pooling 2×2", 26, 2, Stride: 2),
        new("13 pixels, 3×3, dilation 2", 13, 3, Dilation: 2),
    ];

    public static void AddTo(Page page)
    {
        string[] head = ["window", "image", "reach", "stride", "padding", "result"];
        page.AddTable("windows", head, Shown.Select(window => (string[])
        [
            window.Name, Square(window.Size), Square(window.Reach), $"{window.Stride}", $"{window.Padding}",
            Square(window.Places),
        ]));
        page.AddPicture("windows", Draw);
    }

    private static string Square(int side) => $"{side}×{side}";

    private static byte[] Draw(Palette palette)
    {
        const int Cell = 8, Gap = 40, Top = 56, Largest = 30 * Cell;
        using var drawing = new Drawing(Gap + Shown.Length * (Largest + Gap), Top + Largest + 64, palette);
        foreach ((int i, Window window) in Shown.Index())
        {
            float left = Gap + i * (Largest + Gap);
            int side = window.Size + 2 * window.Padding;
            drawing.Text(window.Name, left, 34, 14);
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    using var paint = new SKPaint { Color = ColorAt(window, x, y, palette).ToSKColor() };
                    drawing.Canvas.DrawRect(left + x * Cell, Top + y * Cell, Cell - 1, Cell - 1, paint);
                }
            }

            drawing.Text($"{window.Size} → {window.Places}", left, Top + side * Cell + 22, 15);
        }

        drawing.Text(
            "Orange: the first window. Blue: the upper left corners of all windows. Grey: the image. Faint: padding.",
            Gap, Top + Largest + 52, 13, palette.Muted);
        return drawing.ToPng();
    }

    private static ScottPlot.Color ColorAt(Window window, int x, int y, Palette palette)
    {
        bool InWindow(int at) => at < window.Reach && at % window.Dilation == 0;
        bool IsCorner(int at) => at % window.Stride == 0 && at / window.Stride < window.Places;
        bool InImage(int at) => at >= window.Padding && at < window.Padding + window.Size;
        if (InWindow(x) && InWindow(y)) return palette.Wrong;
        if (IsCorner(x) && IsCorner(y)) return palette.OnPaper(palette.Right, 0.7);
        return palette.OnPaper(palette.Muted, InImage(x) && InImage(y) ? 0.3 : 0.08);
    }

    private sealed record Window(string Name, int Size, int Kernel, int Stride = 1, int Padding = 0, int Dilation = 1)
    {
        /// <summary>Gets the pixels from the first to the last value of the window.</summary>
        public int Reach => (Kernel - 1) * Dilation + 1;

        /// <summary>Gets the side of the result of a convolution in TorchSharp.</summary>
        public int Places { get; } = Measure(Size, Kernel, Stride, Padding, Dilation);

        private static int Measure(int size, int kernel, int stride, int padding, int dilation)
        {
            using var scope = NewDisposeScope();
            var convolution = nn.Conv2d(1, 1, kernel, stride: stride, padding: padding, dilation: dilation);
            return (int)convolution.forward(zeros(1, 1, size, size)).shape[2];
        }
    }
}
