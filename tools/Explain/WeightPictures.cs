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

    /// <summary>Draws the 784 weights of the dense layer's units that have the largest weight in the next layer.</summary>
    public static byte[] DrawDense(DigitNetwork dense, Palette palette)
    {
        const int Shown = 32;
        using var scope = NewDisposeScope();
        Tensor weights = Weight(dense, "dense.weight");
        Tensor strongest = Weight(dense, "dense_1.weight").abs().amax([0]).topk(Shown).indexes;
        Tensor units = weights.index_select(0, strongest);
        return Draw($"dense: {Shown} of {weights.shape[0]} units, 784 weights each", units / units.abs().amax([1], keepdim: true), DigitImages.Columns, 84, palette);
    }

    /// <summary>Draws the filters of the first convolution.</summary>
    public static byte[] DrawFilters(DigitNetwork conv, Palette palette)
    {
        using var scope = NewDisposeScope();
        Tensor filters = Weight(conv, "conv2d.weight").flatten(1);
        return Draw($"conv: the {filters.shape[0]} filters of the first layer, 9 weights each", filters / filters.abs().max(), 3, 54, palette);
    }

    private static Tensor Weight(DigitNetwork network, string name) =>
        network.Logits.named_parameters().Single(parameter => parameter.name == name).parameter;

    // A row of the tensor for each tile.
    private static byte[] Draw(string title, Tensor rows, int columns, int side, Palette palette)
    {
        int count = (int)rows.shape[0];
        using var drawing = new Drawing(2 * Margin + Columns * (side + Gap) - Gap, Top + count / Columns * (side + Gap) + Margin, palette);
        drawing.Text(title, Margin, 36, 16);
        for (int i = 0; i < count; i++)
        {
            var place = SKRect.Create(Margin + i % Columns * (side + Gap), Top + i / Columns * (side + Gap), side, side);
            Tiles.Draw(drawing, rows[i].data<float>().ToArray(), columns, 1, place, palette);
        }

        return drawing.ToPng();
    }
}
