using static TorchSharp.torch;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>The element types that a checkpoint may hold, under their names in the safetensors format.</summary>
internal static class ElementTypes
{
    private static readonly (string Name, ScalarType Type, int Size)[] All =
    [
        ("F32", ScalarType.Float32, sizeof(float)),
        ("F64", ScalarType.Float64, sizeof(double)),
        ("I64", ScalarType.Int64, sizeof(long)),
        ("U8", ScalarType.Byte, sizeof(byte)),
    ];

    /// <exception cref="NotSupportedException">The format is not used for this type.</exception>
    public static string NameOf(ScalarType type) =>
        All.FirstOrDefault(entry => entry.Type == type).Name
        ?? throw new NotSupportedException($"A checkpoint holds no tensors of type {type}.");

    /// <exception cref="DamagedCheckpointException">The name is unknown.</exception>
    public static (ScalarType Type, int Size) Named(string name)
    {
        var found = All.FirstOrDefault(entry => entry.Name == name);
        if (found.Name is null) throw new DamagedCheckpointException($"it holds elements of the unknown type '{name}'");
        return (found.Type, found.Size);
    }
}
