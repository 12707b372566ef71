using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain;

/// <summary>Measures how well a network reads digits that are not in the middle of the image.</summary>
internal static class Translation
{
    private const int Farthest = 8;
    private const int Side = 2 * Farthest + 1;
    private const int MostImages = 2_000;

    public static void AddTo(Page page, ShippedNetwork[] networks, DigitImages test)
    {
        test = test.Slice(0, Math.Min(MostImages, test.Count));
        page.AddFigure("shifted images", $"{test.Count:N0}");
        (string Network, double[,] Accuracy)[] maps =
            [.. networks.Select(network => (network.Name, Measure(network, test)))];
        int[] distances = [.. Enumerable.Range(0, Farthest + 1)];
        page.AddTable("translation", ["pixels", .. maps.Select(map => map.Network)], distances.Select(
            distance => (string[])[$"{distance}", .. maps.Select(map => $"{MeanAt(map.Accuracy, distance):0.0000}")]));
        foreach ((string network, double[,] accuracy) in maps)
        {
            page.AddFigure($"{network} shifted by 2", $"{MeanAt(accuracy, 2):0.0 %}");
            page.AddFigure($"{network} shifted by 4", $"{MeanAt(accuracy, 4):0.0 %}");
        }

        page.AddPicture("shift", palette => Chart.DrawLines(
            palette, "Accuracy on shifted test images", ("shift (pixels)", "accuracy"),
            new(-0.2, Farthest + 0.2, 0, 1.02),
            [
                .. maps.Select(map => (
                    map.Network,
                    distances.Select(distance => (double)distance).ToArray(),
                    distances.Select(distance => MeanAt(map.Accuracy, distance)).ToArray())),
            ],
            plot => plot.Axes.Bottom.TickGenerator =
                new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true }));
        page.AddPicture("shift-map", palette => DrawMaps(maps, palette));
    }

    // The accuracy for each shift, by its rows and columns.
    private static double[,] Measure(ShippedNetwork network, DigitImages test)
    {
        double[,] accuracy = new double[Side, Side];
        Parallel.For(0, Side * Side, i =>
        {
            (int row, int column) = Math.DivRem(i, Side);
            var predictions = network.Read(Shift(test.Pixels.Span, column - Farthest, row - Farthest));
            int right = predictions.Index().Count(prediction => prediction.Item.Digit == test.Label(prediction.Index));
            accuracy[row, column] = (double)right / test.Count;
        });
        return accuracy;
    }

    private static byte[] Shift(ReadOnlySpan<byte> images, int right, int down)
    {
        const int Columns = DigitImages.Columns, Rows = DigitImages.Rows;
        byte[] shifted = new byte[images.Length];
        for (int start = 0; start < images.Length; start += DigitImages.PixelsPerImage)
        {
            for (int row = Math.Max(0, -down); row < Math.Min(Rows, Rows - down); row++)
            {
                images.Slice(start + row * Columns + Math.Max(0, -right), Columns - Math.Abs(right))
                    .CopyTo(shifted.AsSpan(start + (row + down) * Columns + Math.Max(0, right)));
            }
        }

        return shifted;
    }

    // The mean over all shifts whose larger component is the distance.
    private static double MeanAt(double[,] accuracy, int distance) => (
        from row in Enumerable.Range(-Farthest, Side)
        from column in Enumerable.Range(-Farthest, Side)
        where Math.Max(Math.Abs(row), Math.Abs(column)) == distance
        select accuracy[row + Farthest, column + Farthest]).Average();

    private static byte[] DrawMaps((string Network, double[,] Accuracy)[] maps, Palette palette)
    {
        const int Cell = 20, Width = Side * Cell, Gap = 32, Top = 60;
        using var drawing = new Drawing(maps.Length * (Width + Gap) + Gap, Top + Width + 48, palette);
        foreach ((int i, (string network, double[,] accuracy)) in maps.Index())
        {
            float left = Gap + i * (Width + Gap);
            drawing.Text(network, left, 44, 17);
            float[] values = [.. accuracy.Cast<double>().Select(value => (float)value)];
            Tiles.Draw(drawing, values, Side, 1, SKRect.Create(left, Top, Width, Width), palette);
        }

        drawing.Text(
            "Full colour: every image is read. No colour: none is. The middle of a map is the image without a shift.",
            Gap, Top + Width + 30, 14, palette.Muted);
        return drawing.ToPng();
    }
}
