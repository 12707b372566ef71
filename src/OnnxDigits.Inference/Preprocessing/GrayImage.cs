namespace OnnxDigits.Inference.Preprocessing;

/// <summary>A picture of one float per pixel, 0..255.</summary>
internal sealed class GrayImage(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Values { get; } = new float[width * height];

    public Span<float> Row(int y) => Values.AsSpan(y * Width, Width);
}
