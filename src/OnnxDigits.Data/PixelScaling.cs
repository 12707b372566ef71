namespace OnnxDigits.Data;

/// <summary>Scales pixels to the range of the networks' input.</summary>
public static class PixelScaling
{
    /// <summary>Divides bytes by 255 in single precision.</summary>
    /// <param name="pixels">The pixels, 0 to 255.</param>
    /// <param name="destination">Receives the values, 0 to 1. It may be longer than <paramref name="pixels"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static void ToUnit(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        if (destination.Length < pixels.Length)
        {
            throw new ArgumentException(
                $"{destination.Length} floats are too few for {pixels.Length} pixels.", nameof(destination));
        }
        for (int i = 0; i < pixels.Length; i++) destination[i] = pixels[i] / 255f;
    }
}
