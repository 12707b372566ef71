namespace OnnxDigits.Data;

/// <summary>Pixels as the networks take them.</summary>
public static class PixelScaling
{
    /// <summary>Scales bytes 0..255 to 0..1, each divided by 255 in float32 as the notebook does.</summary>
    /// <param name="pixels">Bytes, 0 = background.</param>
    /// <param name="destination">At least as long; what lies beyond is left alone.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static void ToUnit(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        if (destination.Length < pixels.Length)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixels do not fit into {destination.Length} floats.", nameof(destination));
        }

        for (var i = 0; i < pixels.Length; i++)
            destination[i] = pixels[i] / 255f;
    }
}
