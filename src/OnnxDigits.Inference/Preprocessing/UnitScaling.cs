using System.Numerics;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Scales bytes to floats from 0 to 1. It divides by 255 as training does, so the network sees the same bits.
/// </summary>
internal static class UnitScaling
{
    public static void Apply(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Divide(low, values[i..]);
            Divide(high, values[(i + Vector<ushort>.Count)..]);
        }
        for (; i < pixels.Length; i++) values[i] = pixels[i] / 255f;
    }

    private static void Divide(Vector<ushort> pixels, Span<float> values)
    {
        Vector.Widen(pixels, out Vector<uint> low, out Vector<uint> high);
        // As signed integers: before AVX-512, processors cannot convert unsigned ones.
        var maximum = new Vector<float>(255f);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(low)) / maximum).CopyTo(values);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(high)) / maximum).CopyTo(values[Vector<float>.Count..]);
    }
}
