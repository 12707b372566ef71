using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using Color = ScottPlot.Color;

namespace OnnxDigits.Tools.Explain;

/// <summary>Draws the README's picture: digits with the answers of <c>best</c>, also uncertain and wrong ones.</summary>
internal static class ReadmeSheet
{
    private const int Columns = 10, Tile = 64, Gap = 12, Label = 34;

    // Right digits below this confidence are drawn as hesitant.
    private const float Hesitant = 0.9f;

    /// <summary>Writes <c>read.png</c> and <c>read-dark.png</c>, and prints the numbers for the caption.</summary>
    /// <param name="folder">The folder of the pictures.</param>
    /// <param name="network">The network that reads.</param>
    /// <param name="test">The test images.</param>
    public static void Write(string folder, ShippedNetwork network, DigitImages test)
    {
        DigitPrediction[] predictions = network.Read(test.Pixels.Span);
        bool IsWrong(int i) => predictions[i].Digit != test.Label(i);
        bool IsHesitant(int i) => !IsWrong(i) && predictions[i].Confidence < Hesitant;
        var random = new Random(7);
        int[] Shuffled(Func<int, bool> condition)
        {
            int[] found = [.. Enumerable.Range(0, test.Count).Where(condition)];
            random.Shuffle(found);
            return found;
        }

        int[] clear = Shuffled(i => !IsWrong(i) && !IsHesitant(i));
        int[] hesitant = Shuffled(IsHesitant), wrong = Shuffled(IsWrong);
        int[] shown = [.. clear.Take(30), .. hesitant.Take(5), .. wrong.Take(5)];
        PictureFile.WriteBoth(Directory.CreateDirectory(folder).FullName, "read", palette =>
        {
            int rows = (shown.Length + Columns - 1) / Columns;
            using var page = new Drawing(
                (Columns * (Tile + Gap)) + Gap, (rows * (Tile + Label + Gap)) + Gap, palette);
            foreach ((int place, int i) in shown.Index())
            {
                (int row, int column) = Math.DivRem(place, Columns);
                float x = Gap + (column * (Tile + Gap)), y = Gap + (row * (Tile + Label + Gap));
                Color? mark = IsWrong(i) ? palette.Wrong : IsHesitant(i) ? palette.Series[6] : null;
                var tile = SKRect.Create(x, y, Tile, Tile);
                page.Digit(test.Image(i), tile, background: 0.06);
                if (mark is { } color) page.Frame(tile, color, width: 2);
                page.Text($"{predictions[i].Digit}", x + 1, y + Tile + 23, size: 20, mark);
                page.Text(
                    IsWrong(i) ? $"label {test.Label(i)}" : Percent(predictions[i].Confidence), x + Tile, y + Tile + 22,
                    size: 10.5f, mark ?? palette.Muted, SKTextAlign.Right);
            }

            return page.ToPng();
        });
        Console.WriteLine($"README's picture: {hesitant.Length} right below {Hesitant:P0}, {wrong.Length} wrong.");
    }

    // Doesn't round up to certainty.
    private static string Percent(float confidence) =>
        confidence >= 0.9995f ? ">99.9 %" : $"{Math.Floor(confidence * 1000) / 10:F1} %";
}
