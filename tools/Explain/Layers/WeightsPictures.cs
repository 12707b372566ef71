using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using TorchOnnx;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>What the first layers weigh: all of an image, or three by three pixels of it.</summary>
internal static class WeightsPictures
{
    private const int Columns = 8, Margin = 24, Top = 56;

    /// <summary>The units of the dense layer on whose activation the digits depend most, as images of 28×28 weights.</summary>
    public static byte[] Dense(LayerGraph dense, Palette palette)
    {
        const int Shown = 32, Side = 84, Gap = 10;
        (float[] weights, int inputs) = Rows(dense.Weight("dense.weight"));
        (float[] next, int units) = Rows(dense.Weight("dense_1.weight"));
        int[] strongest = [.. Enumerable.Range(0, units)
            .OrderByDescending(unit => Enumerable.Range(0, DigitImages.Classes).Max(digit => Math.Abs(next[digit * units + unit])))
            .Take(Shown)];
        using var drawing = new Drawing(
            2 * Margin + Columns * (Side + Gap) - Gap, Top + Shown / Columns * (Side + Gap) + Margin, palette);
        drawing.Text($"dense: {Shown} of {units} units, {inputs} weights each", Margin, 36, 16);
        foreach ((int place, int unit) in strongest.Index())
        {
            float[] one = weights[(unit * inputs)..((unit + 1) * inputs)];
            Tiles.Signed(drawing, one, DigitImages.Columns, one.Max(Math.Abs), At(place, Side, Gap), palette);
        }

        return drawing.ToPng();
    }

    /// <summary>The filters of the first convolution.</summary>
    public static byte[] Filters(LayerGraph conv, Palette palette)
    {
        const int Side = 54, Gap = 10;
        GraphTensor<float> weight = conv.Weight("conv2d.weight");
        (float[] weights, int inputs) = Rows(weight);
        int filters = (int)weight.Shape[0];
        using var drawing = new Drawing(
            2 * Margin + Columns * (Side + Gap) - Gap, Top + filters / Columns * (Side + Gap) + Margin, palette);
        drawing.Text($"{conv.Network}: its {filters} first filters, {inputs} weights each", Margin, 36, 16);
        float most = weights.Max(Math.Abs);
        for (int filter = 0; filter < filters; filter++)
            Tiles.Signed(drawing, weights.AsSpan(filter * inputs, inputs), (int)weight.Shape[3], most, At(filter, Side, Gap), palette);
        return drawing.ToPng();
    }

    private static SKRect At(int place, int side, int gap) =>
        SKRect.Create(Margin + place % Columns * (side + gap), Top + place / Columns * (side + gap), side, side);

    // A row of weights for each output.
    private static (float[] Weights, int Inputs) Rows(GraphTensor<float> weight) =>
        (weight.Data, weight.Data.Length / (int)weight.Shape[0]);
}
