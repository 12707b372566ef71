namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Crops the ink, fits its longer side into 20 pixels and centers its mass, as in MNIST (LeCun et al. 1998). Thin lines
/// are widened first.
/// </summary>
internal static class InkPlacement
{
    /// <param name="ink">The ink, with at least one pixel above 0.</param>
    /// <param name="output">Receives 28 × 28 bytes. It must be all zeros.</param>
    public static void Place(GrayImage ink, Span<byte> output)
    {
        float edge = ink.Values.Max() * PreprocessingConstants.EdgeShare;
        ink = StrokeWidth.Widen(ink, ink.FindBounds(edge));
        InkBounds bounds = ink.FindBounds(edge);
        double scale = (double)MnistForm.Box / bounds.Longer;
        int boxWidth = Math.Max(1, (int)Math.Round(bounds.Width * scale));
        int boxHeight = Math.Max(1, (int)Math.Round(bounds.Height * scale));
        float[] box = Resample(ink, edge, bounds, boxWidth, boxHeight);

        // Scale the ink to a peak of 255, because every MNIST image has a peak of 254 or 255. Averaging the lines of a
        // thin pen leaves far less.
        float peak = box.Max();
        double mass = 0, momentX = 0, momentY = 0;
        for (int i = 0; i < box.Length; i++)
        {
            box[i] = MathF.Round(box[i] * 255 / peak);
            mass += box[i];
            momentX += box[i] * (i % boxWidth);
            momentY += box[i] * (i / boxWidth);
        }
        int x0 = Offset(momentX / mass, boxWidth);
        int y0 = Offset(momentY / mass, boxHeight);
        for (int i = 0; i < box.Length; i++)
        {
            output[(y0 + i / boxWidth) * MnistForm.Side + x0 + i % boxWidth] = (byte)box[i];
        }
    }

    /// <summary>
    /// Returns the position of the box at which its center of mass is on index 14, or as close as possible.
    /// </summary>
    private static int Offset(double center, int size) =>
        Math.Clamp((int)Math.Round(MnistForm.Center - center), 0, MnistForm.Side - size);

    /// <summary>Resamples by area: each target pixel is the mean of the source area that it covers.</summary>
    private static float[] Resample(GrayImage ink, float edge, InkBounds bounds, int boxWidth, int boxHeight)
    {
        int width = bounds.Width, height = bounds.Height;
        float[] box = new float[boxWidth * boxHeight];
        double stepX = (double)width / boxWidth, stepY = (double)height / boxHeight;
        for (int y = 0; y < boxHeight; y++)
        {
            for (int x = 0; x < boxWidth; x++)
            {
                double sum = 0;
                double y0 = y * stepY, y1 = Math.Min(height, y0 + stepY);
                double x0 = x * stepX, x1 = Math.Min(width, x0 + stepX);
                for (int sy = (int)y0; sy < Math.Min(height, Math.Ceiling(y1)); sy++)
                {
                    double weightY = Math.Min(sy + 1, y1) - Math.Max(sy, y0);
                    Span<float> row = ink.Row(bounds.Top + sy).Slice(bounds.Left, width);
                    for (int sx = (int)x0; sx < Math.Min(width, Math.Ceiling(x1)); sx++)
                    {
                        double weightX = Math.Min(sx + 1, x1) - Math.Max(sx, x0);
                        sum += row[sx] > edge ? row[sx] * weightX * weightY : 0;
                    }
                }
                box[y * boxWidth + x] = (float)(sum / (stepX * stepY));
            }
        }
        return box;
    }
}
