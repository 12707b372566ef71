namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Extracts the ink of a photographed page: removes uneven light, applies a threshold, keeps the strokes.
/// </summary>
internal static class PhotoInk
{
    /// <returns>The ink, or <see langword="null"/> if the page is blank.</returns>
    public static GrayImage? Extract(GrayImage gray, out bool inverted)
    {
        GrayImage ink = Separate(gray, out float threshold, out float aboveNoise, out inverted);
        // Dark lines raise the threshold above a fainter digit.
        if (Lines.Remove(ink, threshold)) threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        Components components = FindComponents(ink, threshold);
        if (Shadows.RemoveEdges(ink, gray, components, LocalBackground.Radius(gray), contrast: 255, inverted))
        {
            threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
            components = FindComponents(ink, threshold);
        }
        var strokes = new Strokes(ink, components, keepsFrame: false);
        if (!strokes.HasDigit) return null;
        int[] pixels = strokes.FindPixels();
        float[] values = [.. pixels.Select(pixel => ink.Values[pixel])];
        float full = values.Order().ElementAt(values.Length / 2);
        if (full < Math.Max(PreprocessingConstants.MinPhotoContrast, aboveNoise)) return null;
        Array.Clear(ink.Values);
        for (int i = 0; i < pixels.Length; i++) ink.Values[pixels[i]] = Math.Min(255, values[i] / full * 255);
        return ink;
    }

    /// <summary>Returns everything that stands out from the paper, with printed lines and dust.</summary>
    /// <param name="gray">The photograph.</param>
    /// <param name="threshold">Receives the value above which a pixel is ink.</param>
    /// <param name="aboveNoise">Receives the least contrast that is not grain.</param>
    /// <param name="inverted">Receives whether the ink is darker than the paper.</param>
    public static GrayImage Separate(GrayImage gray, out float threshold, out float aboveNoise, out bool inverted)
    {
        float[] deviation = LocalBackground.Deviation(gray, out float noise);
        aboveNoise = PreprocessingConstants.MinSignalToNoise * noise;
        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < deviation.Length; i++) ink.Values[i] = Math.Abs(deviation[i]);
        // On a large page with a small digit, Otsu's threshold alone would split the paper's grain.
        threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        // Deviations are squared, so that a few pixels of dark ink outweigh many pixels at the edge of a shadow.
        double balance = 0;
        foreach (float value in deviation) balance += Math.Abs(value) > threshold ? value * Math.Abs(value) : 0;
        inverted = balance < 0;

        for (int i = 0; i < deviation.Length; i++) ink.Values[i] = Math.Max(0, inverted ? -deviation[i] : deviation[i]);
        threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        return ink;
    }

    /// <summary>
    /// Returns the components of the ink. Printed lines and shadows are fainter than the ink and spread over the page.
    /// Raises the threshold above them if this makes the box around the ink far smaller.
    /// </summary>
    private static Components FindComponents(GrayImage ink, float threshold)
    {
        var all = new Components(ink, threshold);
        float higher = Otsu.ThresholdAbove(ink.Values, threshold);
        if (higher <= threshold) return all;
        var darker = new Components(ink, higher);
        var strokes = new Strokes(ink, darker, keepsFrame: true);
        bool hasClutter = strokes.HasDigit
            && strokes.Bounds!.Value.Area
                <= PreprocessingConstants.ClutterShare * new Strokes(ink, all, keepsFrame: true).Bounds!.Value.Area;
        return hasClutter ? darker : all;
    }
}
