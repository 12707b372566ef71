using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using TorchOnnx;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>What comes out of each layer for one digit: a row of maps for each.</summary>
internal static class FeatureMaps
{
    private const int Shown = 12, Side = 64, Gap = 8, NameWidth = 190, Margin = 20;

    /// <summary>The modules of a graph whose results are maps, rectified or pooled.</summary>
    public static IReadOnlyList<string> Modules(LayerGraph graph) =>
        [.. graph.Nodes.Where(node => node.OpType is "Relu" or "MaxPool").Select(LayerGraph.ModuleOf)
            .Intersect(ReceptiveField.Of(graph).Select(layer => layer.Module))];

    public static byte[] Draw(LayerGraph graph, ReadOnlySpan<byte> image, Palette palette)
    {
        IReadOnlyDictionary<string, GraphTensor<float>> values = graph.Run(image);
        IReadOnlyList<string> modules = Modules(graph);
        using var drawing = new Drawing(
            NameWidth + Shown * (Side + Gap) + Margin, 2 * Margin + (modules.Count + 1) * (Side + Gap), palette);
        Tiles.Digit(
            drawing, image, SKRect.Create(DigitImages.Columns, DigitImages.Rows), SKRect.Create(NameWidth, Margin, Side, Side), palette);
        drawing.Text("image, 28×28", Margin, Margin + Side / 2 + 5, 14);
        foreach ((int row, string module) in modules.Index())
        {
            GraphTensor<float> maps = values[module];
            int columns = (int)maps.Shape[3], size = (int)(maps.Shape[2] * maps.Shape[3]);
            float top = Margin + (row + 1) * (Side + Gap);
            drawing.Text(module, Margin, top + Side / 2 - 4, 14);
            drawing.Text(
                string.Create(CultureInfo.InvariantCulture, $"{maps.Shape[1]} of {maps.Shape[2]}×{columns}"), Margin, top + Side / 2 + 14, 13, palette.Muted);
            float most = maps.Data.Max();
            for (int channel = 0; channel < Shown; channel++)
            {
                var place = SKRect.Create(NameWidth + channel * (Side + Gap), top, Side, Side);
                Tiles.Signed(drawing, maps.Data.AsSpan(channel * size, size), columns, most, place, palette);
            }
        }

        return drawing.ToPng();
    }
}
