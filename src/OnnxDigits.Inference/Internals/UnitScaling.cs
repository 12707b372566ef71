using System.Numerics;

namespace OnnxDigits.Inference.Internals;

/// <summary>Bytes to floats of 0..1 as training divides, a vector at a time: the network sees bit-identical inputs.</summary>
internal static class UnitScaling
{
    public static void Apply(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[i..]), out var low, out var high);
            Divide(low, values[i..]);
            Divide(high, values[(i + Vector<ushort>.Count)..]);
        }
        for (; i < pixels.Length; i++)
            values[i] = pixels[i] / 255f;
    }

    private static void Divide(Vector<ushort> pixels, Span<float> values)
    {
        Vector.Widen(pixels, out var low, out var high);
        // By way of int: processors before AVX-512 have no conversion from uint.
        (Vector.ConvertToSingle(Vector.AsVectorInt32(low)) / new Vector<float>(255f)).CopyTo(values);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(high)) / new Vector<float>(255f)).CopyTo(values[Vector<float>.Count..]);
    }
}
