using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Represents the receptive fields of a layer: the squares of pixels that its outputs depend on.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Places">The number of positions in a row of a feature map.</param>
/// <param name="Size">The side of a receptive field, in pixels.</param>
/// <param name="Step">The distance between the receptive fields of adjacent positions, in pixels.</param>
/// <param name="Middle">The first pixel column of the middle position's receptive field.</param>
internal sealed record ReceptiveField(string Layer, int Places, int Size, int Step, int Middle)
{
    private const int Zoom = 6;
    private const int Large = DigitImages.Columns * Zoom;
    private const int Margin = 24;

    /// <summary>Finds the pixels whose gradient isn't zero, on images of noise.</summary>
    public static ReceptiveField Measure(SequentialModel network, string layer)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        Tensor noise = rand(64, 1, DigitImages.Rows, DigitImages.Columns, requires_grad: true);
        Tensor maps = Layers.Maps(network, noise).First(found => found.Name == layer).Maps;
        int places = (int)maps.shape[2];
        (int first, int last) = Seen(places / 2);
        return new(layer, places, last - first + 1, Seen(places / 2 + 1).First - first, first);

        (int First, int Last) Seen(int column)
        {
            Tensor gradient = autograd.grad([maps.select(3, column).sum()], [noise], retain_graph: true)[0];
            long[] columns = gradient.abs().sum([0, 1, 2]).nonzero().flatten().data<long>().ToArray();
            return ((int)columns[0], (int)columns[^1]);
        }
    }

    /// <summary>Returns the first pixel column or row of a position's receptive field.</summary>
    public int First(long place) => Middle + Step * ((int)place - Places / 2);

    /// <summary>Draws the middle receptive field of each layer on a digit.</summary>
    public static byte[] Draw(IReadOnlyList<ReceptiveField> fields, ReadOnlySpan<byte> image, Palette palette)
    {
        using var drawing = new Drawing(Margin + fields.Count * (Large + Margin), Large + 3 * Margin, palette);
        foreach ((int i, ReceptiveField field) in fields.Index())
        {
            var place = SKRect.Create(Margin + i * (Large + Margin), 2 * Margin, Large, Large);
            drawing.Text($"{field.Layer}: {field.Size}×{field.Size}", place.Left, place.Top - 8, 13);
            drawing.Digit(image, place, background: 0.04);
            float first = field.Middle * Zoom;
            float size = field.Size * Zoom;
            drawing.Frame(SKRect.Create(place.Left + first, place.Top + first, size, size), palette.Wrong, 3);
        }

        return drawing.ToPng();
    }
}
