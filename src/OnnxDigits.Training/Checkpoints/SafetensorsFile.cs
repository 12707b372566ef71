using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>A file in the safetensors layout as <see cref="SafetensorsWriter"/> writes it, digest and bounds checked.</summary>
internal sealed class SafetensorsFile
{
    private const string MetadataName = "__metadata__";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ReadOnlyMemory<byte> _content;
    private readonly Dictionary<string, Entry> _entries = [];

    /// <param name="bytes">The whole file; it is kept, and its digest is overwritten.</param>
    /// <exception cref="DamagedCheckpointException">The bytes are not a whole file of this layout.</exception>
    public SafetensorsFile(byte[] bytes)
    {
        SealedBytes.Unseal(bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > (ulong)(bytes.Length - sizeof(ulong)))
            throw new DamagedCheckpointException("its header is longer than the file");

        _content = bytes.AsMemory(sizeof(ulong) + (int)length);
        try
        {
            ReadHeader(bytes.AsMemory(sizeof(ulong), (int)length));
        }
        catch (JsonException e)
        {
            throw new DamagedCheckpointException("its header is no such JSON as a checkpoint has", e);
        }
    }

    public Dictionary<string, string> Metadata { get; private set; } = [];

    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>A copy of a tensor, for the caller to dispose.</summary>
    /// <exception cref="DamagedCheckpointException">There is none of this name.</exception>
    public Tensor Read(string name)
    {
        if (!_entries.TryGetValue(name, out Entry? entry))
            throw new DamagedCheckpointException($"it lacks the tensor '{name}'");

        Tensor copy = empty(entry.Shape, ElementTypes.Named(entry.Dtype).Type);
        _content.Span[(int)entry.DataOffsets[0]..(int)entry.DataOffsets[1]].CopyTo(copy.bytes);
        return copy;
    }

    private void ReadHeader(ReadOnlyMemory<byte> text)
    {
        using JsonDocument header = JsonDocument.Parse(text);
        long end = 0;
        foreach (JsonProperty property in header.RootElement.EnumerateObject())
        {
            if (property.Name == MetadataName)
            {
                Metadata = property.Value.Deserialize<Dictionary<string, string>>() ?? [];
                continue;
            }

            Entry entry = property.Value.Deserialize<Entry>(Json) ?? throw new JsonException();
            if (!entry.Covers(end, _content.Length) || !_entries.TryAdd(property.Name, entry))
                throw new DamagedCheckpointException($"the place of its tensor '{property.Name}' is wrong");
            end = entry.DataOffsets[1];
        }

        if (end != _content.Length) throw new DamagedCheckpointException("its tensors do not fill it");
    }

    private sealed record Entry(string Dtype, long[] Shape, long[] DataOffsets)
    {
        // One tensor follows the other, so that no byte is read twice or left out.
        public bool Covers(long start, long limit)
        {
            if (Dtype is null || Shape is null || DataOffsets is not [long begin, long end]) return false;
            if (begin != start || end < begin || end > limit || Shape.Any(side => side < 0 || side > limit)) return false;

            return (end - begin) / (Int128)ElementTypes.Named(Dtype).Size == Shape.Aggregate((Int128)1, (a, b) => a * b)
                && (end - begin) % ElementTypes.Named(Dtype).Size == 0;
        }
    }
}
