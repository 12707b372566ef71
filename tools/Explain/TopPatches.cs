using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Finds the image patches with the largest activations in each channel of a layer.</summary>
internal sealed class TopPatches
{
    private const int Channels = 10;
    private const int Patches = 9;
    private const int Batch = 500;
    private const int Side = 72;
    private const int Gap = 6;
    private const int Margin = 24;
    private const int Top = 60;
    private const int NameWidth = 64;

    private readonly ReceptiveField _field;
    private readonly (long Channel, (long Image, long Place)[] Patches)[] _channels;

    private TopPatches(ReceptiveField field, (long, (long, long)[])[] channels) =>
        (_field, _channels) = (field, channels);

    /// <summary>
    /// Finds the patch with the largest activation in each image and keeps the largest of all images.
    /// </summary>
    public static TopPatches Find(SequentialModel network, ReceptiveField field, DigitImages images)
    {
        using var scope = NewDisposeScope();
        List<Tensor> values = [], places = [];
        for (int start = 0; start < images.Count; start += Batch)
        {
            DigitImages batch = images.Slice(start, Math.Min(Batch, images.Count - start));
            using var step = NewDisposeScope();
            Tensor maps = Layers.Maps(network, batch).Single(layer => layer.Name == field.Layer).Maps;
            (Tensor strongest, Tensor at) = maps.flatten(2).max(2);
            values.Add(strongest.MoveToOuterDisposeScope());
            places.Add(at.MoveToOuterDisposeScope());
        }

        (Tensor excitation, Tensor place) = (cat(values), cat(places));
        long[] channels = excitation.amax([0]).topk(Channels).indexes.data<long>().ToArray();
        return new(field, [.. channels.Select(channel =>
        {
            int count = Math.Min(Patches, images.Count);
            long[] top = excitation.select(1, channel).topk(count).indexes.data<long>().ToArray();
            return (channel, top.Select(image => (image, place[image, channel].item<long>())).ToArray());
        })]);
    }

    public byte[] Draw(DigitImages images, Palette palette)
    {
        int width = 2 * Margin + NameWidth + Patches * (Side + Gap), height = Top + Channels * (Side + Gap) + Margin;
        using var drawing = new Drawing(width, height, palette);
        string size = $"{_field.Size}×{_field.Size}";
        string title = $"{_field.Layer}: a row for each of {Channels} channels, patches of {size} pixels";
        drawing.Text(title, Margin, 36, 16);
        foreach ((int row, (long channel, var patches)) in _channels.Index())
        {
            float top = Top + row * (Side + Gap);
            drawing.Text($"#{channel}", Margin, top + Side / 2 + 5, 14, palette.Muted);
            foreach ((int column, (long image, long place)) in patches.Index())
            {
                int left = _field.First(place % _field.Places), upper = _field.First(place / _field.Places);
                drawing.Digit(
                    images.Image((int)image),
                    SKRect.Create(Margin + NameWidth + column * (Side + Gap), top, Side, Side),
                    SKRect.Create(left, upper, _field.Size, _field.Size), background: 0.04);
            }
        }

        return drawing.ToPng();
    }
}
