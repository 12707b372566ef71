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

    public static byte[] Draw(IReadOnlyList<(string Name, Tensor Maps)> layers, ReadOnlySpan<byte> image, Palette palette)
    {
        using var drawing = new Drawing(NameWidth + Shown * (Side + Gap) + Margin, 2 * Margin + (layers.Count + 1) * (Side + Gap), palette);
        drawing.Text("image, 28×28", Margin, Margin + Side / 2 + 5, 14);
        drawing.Digit(image, SKRect.Create(NameWidth, Margin, Side, Side), background: 0.04);
        foreach ((int row, (string name, Tensor maps)) in layers.Index())
        {
            float top = Margin + (row + 1) * (Side + Gap);
            drawing.Text(name, Margin, top + Side / 2 - 4, 14);
            drawing.Text($"{maps.shape[1]} of {maps.shape[2]}×{maps.shape[3]}", Margin, top + Side / 2 + 14, 13, palette.Muted);
            float largest = maps.max().item<float>();
            for (int channel = 0; channel < Shown; channel++)
            {
                var place = SKRect.Create(NameWidth + channel * (Side + Gap), top, Side, Side);
                Tiles.Draw(drawing, maps[0, channel].contiguous().data<float>().ToArray(), (int)maps.shape[3], largest, place, palette);
            }
        }

        return drawing.ToPng();
    }
}
