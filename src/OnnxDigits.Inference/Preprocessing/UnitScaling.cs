using System.Numerics;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Bytes to floats of 0..1, divided as in training, so that the network sees the same bits.</summary>
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
        var most = new Vector<float>(255f);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(low)) / most).CopyTo(values);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(high)) / most).CopyTo(values[Vector<float>.Count..]);
    }
}
