using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>How much the probability of a digit falls when a square of its image is covered with background.</summary>
/// <remarks>M. Zeiler and R. Fergus, Visualizing and understanding convolutional networks, 2014.</remarks>
internal static class Occlusion
{
    public const int Square = 6;

    private const int Places = DigitImages.Columns - Square + 1;

    /// <summary>The fall at each place of the square's upper left corner, row by row; negative where it helps.</summary>
    public static float[] Falls(ExplainedNetwork network, ReadOnlySpan<byte> image, int label)
    {
        byte[] covered = new byte[(Places * Places + 1) * DigitImages.PixelsPerImage];
        for (int i = 0; i <= Places * Places; i++)
        {
            Span<byte> one = covered.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            image.CopyTo(one);
            if (i == Places * Places) break;
            for (int row = 0; row < Square; row++)
                one.Slice((i / Places + row) * DigitImages.Columns + i % Places, Square).Clear();
        }

        float[] probabilities = [.. network.Probabilities(covered).Chunk(DigitImages.Classes).Select(row => row[label])];
        return [.. probabilities.SkipLast(1).Select(covered => probabilities[^1] - covered)];
    }

    public static byte[] Draw(IReadOnlyList<ExplainedNetwork> networks, DigitImages images, IReadOnlyList<int> shown, Palette palette)
    {
        const int Side = 132, Gap = 14, Margin = 24, Top = 60, NameWidth = 60;
        using var drawing = new Drawing(
            2 * Margin + NameWidth + shown.Count * (Side + Gap), Top + (networks.Count + 1) * (Side + Gap) + Margin, palette);
        drawing.Text($"orange: covering these {Square}×{Square} pixels takes the probability of the digit away", Margin, 36, 15);
        foreach ((int column, int index) in shown.Index())
        {
            float left = Margin + NameWidth + column * (Side + Gap);
            Tiles.Digit(
                drawing, images.Image(index), SKRect.Create(DigitImages.Columns, DigitImages.Rows), SKRect.Create(left, Top, Side, Side), palette);
            foreach ((int row, ExplainedNetwork network) in networks.Index())
            {
                float top = Top + (row + 1) * (Side + Gap);
                drawing.Text(network.Name, Margin, top + Side / 2, 14);
                float[] falls = Falls(network, images.Image(index), images.Label(index));
                // The map is as large as the places of the square's middle.
                float inset = Side * (Square - 1) / 2f / DigitImages.Columns;
                Tiles.Signed(
                    drawing, [.. falls.Select(fall => -fall)], Places, most: 1,
                    SKRect.Create(left + inset, top + inset, Side - 2 * inset, Side - 2 * inset), palette);
            }
        }

        return drawing.ToPng();
    }
}
