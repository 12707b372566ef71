using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>Finds values that are no numbers, in little-endian bytes as ONNX keeps them.</summary>
internal static class NonFinite
{
    /// <summary>Whether there is a NaN, and whether an infinity; other types than floats have neither.</summary>
    public static (bool NaN, bool Infinity) In(ReadOnlySpan<byte> values, int type) => type switch
    {
        ElementType.Float32 => In<uint>(values, 0x7F80_0000, 0x7FFF_FFFF),
        ElementType.Float16 => In<ushort>(values, 0x7C00, 0x7FFF),
        ElementType.BFloat16 => In<ushort>(values, 0x7F80, 0x7FFF),
        ElementType.Float64 => In<ulong>(values, 0x7FF0_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF),
        _ => (false, false),
    };

    // IEEE 754: without its sign, infinity is the exponent's bits all set, and every NaN lies above it.
    private static (bool NaN, bool Infinity) In<T>(ReadOnlySpan<byte> bytes, T infinity, T withoutSign)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var (foundNaN, foundInfinity) = (false, false);
        int whole = bytes.Length - bytes.Length % Unsafe.SizeOf<T>();
        foreach (T value in MemoryMarshal.Cast<byte, T>(bytes[..whole]))
        {
            T magnitude = value & withoutSign;
            foundNaN |= magnitude > infinity;
            foundInfinity |= magnitude == infinity;
        }
        return (foundNaN, foundInfinity);
    }
}
