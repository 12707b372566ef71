using OnnxDigits.Data;
using TorchOnnx;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>A place of the test set that excites a channel.</summary>
/// <param name="Image">Which test image.</param>
/// <param name="Row">Row in the layer's map.</param>
/// <param name="Column">Column in the layer's map.</param>
/// <param name="Value">The activation there.</param>
internal readonly record struct Patch(int Image, int Row, int Column, float Value);

/// <summary>For each channel of a layer, the images that excite it most, and where.</summary>
internal sealed class TopPatches
{
    private const int Batch = 200;

    private readonly List<Patch>[] _channels;
    private readonly int _kept;

    private TopPatches(int channels, int kept)
    {
        _channels = [.. Enumerable.Range(0, channels).Select(_ => new List<Patch>())];
        _kept = kept;
    }

    /// <summary>The most exciting first, one of each image.</summary>
    public IReadOnlyList<IReadOnlyList<Patch>> Channels => _channels;

    /// <param name="graph">The network.</param>
    /// <param name="modules">Its layers, of maps.</param>
    /// <param name="images">Where to look.</param>
    /// <param name="kept">Patches of a channel.</param>
    public static IReadOnlyDictionary<string, TopPatches> Find(
        LayerGraph graph, IReadOnlyList<string> modules, DigitImages images, int kept)
    {
        var found = new Dictionary<string, TopPatches>();
        for (int start = 0; start < images.Count; start += Batch)
        {
            DigitImages batch = images.Slice(start, Math.Min(Batch, images.Count - start));
            IReadOnlyDictionary<string, GraphTensor<float>> values = graph.Run(batch.Pixels.Span);
            foreach (string module in modules)
            {
                if (!found.TryGetValue(module, out TopPatches? patches))
                    found[module] = patches = new TopPatches((int)values[module].Shape[1], kept);
                patches.Look(values[module], start);
            }
        }

        return found;
    }

    private void Look(GraphTensor<float> maps, int firstImage)
    {
        int size = (int)(maps.Shape[2] * maps.Shape[3]), columns = (int)maps.Shape[3];
        for (int i = 0; i < maps.Data.Length / size; i++)
        {
            (int image, int channel) = Math.DivRem(i, _channels.Length);
            ReadOnlySpan<float> map = maps.Data.AsSpan(i * size, size);
            int place = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(map);
            Keep(_channels[channel], new Patch(firstImage + image, place / columns, place % columns, map[place]));
        }
    }

    private void Keep(List<Patch> patches, Patch patch)
    {
        if (patch.Value <= 0 || (patches.Count == _kept && patch.Value <= patches[^1].Value)) return;

        int place = patches.FindIndex(other => other.Value < patch.Value);
        patches.Insert(place < 0 ? patches.Count : place, patch);
        if (patches.Count > _kept) patches.RemoveAt(_kept);
    }
}
