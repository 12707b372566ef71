namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Crop, widen hairlines, fit into 20 × 20, centre by mass: the rule by which MNIST was made.</summary>
internal static class InkPlacement
{
    /// <param name="ink">The ink, with at least one pixel of it.</param>
    /// <param name="edgeShare">What is fainter than this share of the darkest ink is not the digit's edge.</param>
    /// <param name="output">Receives 28 × 28 bytes; all background before.</param>
    /// <param name="widens">Whether hairlines are widened; false only to measure what that is worth.</param>
    /// <param name="centresMass">Whether the centre of mass or the box is centred; false only to measure.</param>
    public static void Place(GrayImage ink, float edgeShare, Span<byte> output, bool widens = true, bool centresMass = true)
    {
        float edge = ink.Values.Max() * edgeShare;
        if (widens)
            ink = StrokeWidth.Widen(ink, InkBounds.Of(ink, edge));
        var bounds = InkBounds.Of(ink, edge);
        double scale = (double)MnistForm.Box / bounds.Longer;
        int boxWidth = Math.Max(1, (int)Math.Round(bounds.Width * scale));
        int boxHeight = Math.Max(1, (int)Math.Round(bounds.Height * scale));
        float[] box = Resample(ink, edge, bounds, boxWidth, boxHeight);

        // Every MNIST image has ink of 254 or 255; a thin pen averaged over large blocks has far less.
        float peak = box.Max();
        double mass = 0, momentX = 0, momentY = 0;
        for (int i = 0; i < box.Length; i++)
        {
            box[i] = MathF.Round(box[i] * 255 / peak);
            mass += box[i];
            momentX += box[i] * (i % boxWidth);
            momentY += box[i] * (i / boxWidth);
        }
        int x0 = Offset(centresMass ? momentX / mass : boxWidth / 2.0, boxWidth);
        int y0 = Offset(centresMass ? momentY / mass : boxHeight / 2.0, boxHeight);
        for (int i = 0; i < box.Length; i++)
            output[(y0 + i / boxWidth) * MnistForm.Side + x0 + i % boxWidth] = (byte)box[i];
    }

    /// <summary>Where the box starts so that its centre of mass comes to rest on 14, as far as all ink stays inside.</summary>
    private static int Offset(double centre, int size) =>
        Math.Clamp((int)Math.Round(MnistForm.Centre - centre), 0, MnistForm.Side - size);

    /// <summary>Each target pixel is the mean of the source area that it covers, fractions of pixels included.</summary>
    public static float[] Resample(GrayImage ink, float edge, InkBounds bounds, int boxWidth, int boxHeight)
    {
        int width = bounds.Width, height = bounds.Height;
        float[] box = new float[boxWidth * boxHeight];
        double stepX = (double)width / boxWidth, stepY = (double)height / boxHeight;
        for (int y = 0; y < boxHeight; y++)
        {
            for (int x = 0; x < boxWidth; x++)
            {
                double sum = 0;
                double y0 = y * stepY, y1 = Math.Min(height, y0 + stepY), x0 = x * stepX, x1 = Math.Min(width, x0 + stepX);
                for (int sy = (int)y0; sy < Math.Min(height, Math.Ceiling(y1)); sy++)
                {
                    double weightY = Math.Min(sy + 1, y1) - Math.Max(sy, y0);
                    var row = ink.Row(bounds.Top + sy).Slice(bounds.Left, width);
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
