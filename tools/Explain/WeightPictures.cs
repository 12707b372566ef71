using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Draws the weights of first layers.</summary>
internal static class WeightPictures
{
    private const int Columns = 8;
    private const int Margin = 24;
    private const int Top = 56;
    private const int Gap = 10;

    /// <summary>
    /// Draws the 784 weights of each of the hidden units that have the largest weights in the next layer.
    /// </summary>
    public static byte[] DrawDense(SequentialModel dense, Palette palette)
    {
        const int Shown = 32;
        using var scope = NewDisposeScope();
        Tensor weights = Weight(dense, "dense.weight");
        Tensor strongest = Weight(dense, "dense_1.weight").abs().amax([0]).topk(Shown).indexes;
        Tensor units = weights.index_select(0, strongest);
        Tensor scaled = units / units.abs().amax([1], keepdim: true);
        string title = $"dense: {Shown} of {weights.shape[0]} units, 784 weights each";
        return Draw(title, scaled, DigitImages.Columns, 84, palette);
    }

    /// <summary>Draws the filters of the first convolution.</summary>
    public static byte[] DrawFilters(SequentialModel conv, Palette palette)
    {
        using var scope = NewDisposeScope();
        Tensor filters = Weight(conv, "conv2d.weight").flatten(1);
        string title = $"conv: the {filters.shape[0]} filters of the first layer, 9 weights each";
        return Draw(title, filters / filters.abs().max(), 3, 54, palette);
    }

    private static Tensor Weight(SequentialModel network, string name) =>
        network.Logits.named_parameters().Single(parameter => parameter.name == name).parameter;

    // Draws a tile for each row of the tensor.
    private static byte[] Draw(string title, Tensor rows, int columns, int side, Palette palette)
    {
        int count = (int)rows.shape[0];
        int width = 2 * Margin + Columns * (side + Gap) - Gap, height = Top + count / Columns * (side + Gap) + Margin;
        using var drawing = new Drawing(width, height, palette);
        drawing.Text(title, Margin, 36, 16);
        for (int i = 0; i < count; i++)
        {
            (int row, int column) = Math.DivRem(i, Columns);
            var place = SKRect.Create(Margin + column * (side + Gap), Top + row * (side + Gap), side, side);
            Tiles.Draw(drawing, rows[i].data<float>().ToArray(), columns, 1, place, palette);
        }

        return drawing.ToPng();
    }
}
