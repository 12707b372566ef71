using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Draws the outputs of layers for one digit.</summary>
internal static class FeatureMaps
{
    private const int Shown = 12;
    private const int Side = 64;
    private const int Gap = 8;
    private const int NameWidth = 190;
    private const int Margin = 20;

    public static byte[] Draw(
        IReadOnlyList<(string Name, Tensor Maps)> layers, ReadOnlySpan<byte> image, Palette palette)
    {
        int width = NameWidth + Shown * (Side + Gap) + Margin, height = 2 * Margin + (layers.Count + 1) * (Side + Gap);
        using var drawing = new Drawing(width, height, palette);
        drawing.Text("image, 28×28", Margin, Margin + Side / 2 + 5, 14);
        drawing.Digit(image, SKRect.Create(NameWidth, Margin, Side, Side), background: 0.04);
        foreach ((int row, (string name, Tensor maps)) in layers.Index())
        {
            float top = Margin + (row + 1) * (Side + Gap);
            drawing.Text(name, Margin, top + Side / 2 - 4, 14);
            string shape = $"{maps.shape[1]} of {maps.shape[2]}×{maps.shape[3]}";
            drawing.Text(shape, Margin, top + Side / 2 + 14, 13, palette.Muted);
            float largest = maps.max().item<float>();
            for (int channel = 0; channel < Shown; channel++)
            {
                var place = SKRect.Create(NameWidth + channel * (Side + Gap), top, Side, Side);
                float[] map = maps[0, channel].contiguous().data<float>().ToArray();
                Tiles.Draw(drawing, map, (int)maps.shape[3], largest, place, palette);
            }
        }

        return drawing.ToPng();
    }
}
