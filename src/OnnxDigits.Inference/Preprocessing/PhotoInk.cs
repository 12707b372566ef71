namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Extracts the ink of a photographed page: removes uneven light, applies a threshold, keeps the strokes.
/// </summary>
internal static class PhotoInk
{
    /// <returns>The ink, or <see langword="null"/> if the page is blank.</returns>
    public static GrayImage? Extract(GrayImage gray, out bool inverted)
    {
        float[] deviation = LocalBackground.Deviation(gray, out float noise);
        float aboveNoise = PreprocessingConstants.MinSignalToNoise * noise;
        float[] strength = [.. deviation.Select(value => Math.Abs(value))];
        // On a large page with a small digit, Otsu's threshold alone would split the paper's grain.
        float threshold = Math.Max(Otsu.Threshold(strength), aboveNoise);
        // Deviations are squared, so that a few pixels of dark ink outweigh many pixels at the edge of a shadow.
        double balance = 0;
        foreach (float value in deviation) balance += Math.Abs(value) > threshold ? value * Math.Abs(value) : 0;
        inverted = balance < 0;

        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < deviation.Length; i++) ink.Values[i] = Math.Max(0, inverted ? -deviation[i] : deviation[i]);
        threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        // Dark lines raise the threshold above a fainter digit.
        if (Lines.Remove(ink, threshold)) threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        threshold = RaiseAboveClutter(ink, threshold);
        var strokes = new Strokes(ink, threshold, keepsFrame: false);
        if (!strokes.HasDigit) return null;
        float full = KeepOnly(strokes, ink);
        if (full < Math.Max(PreprocessingConstants.MinPhotoContrast, aboveNoise)) return null;
        for (int i = 0; i < ink.Values.Length; i++) ink.Values[i] = Math.Min(255, ink.Values[i] / full * 255);
        return ink;
    }

    /// <summary>Removes everything but the strokes and returns their median darkness.</summary>
    private static float KeepOnly(Strokes strokes, GrayImage ink)
    {
        var values = new List<float>();
        for (int i = 0; i < ink.Values.Length; i++)
        {
            if (strokes.Has(i))
            {
                values.Add(ink.Values[i]);
            }
            else
            {
                ink.Values[i] = 0;
            }
        }
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>
    /// Raises a threshold above printed lines and shadows, which are fainter than the ink and spread over the page. If
    /// there are any, the box around the ink becomes far smaller. Otherwise, the threshold stays as it is.
    /// </summary>
    private static float RaiseAboveClutter(GrayImage ink, float threshold)
    {
        float higher = Math.Max(threshold, Otsu.Threshold([.. ink.Values.Where(value => value > threshold)]));
        var all = new Strokes(ink, threshold, keepsFrame: true);
        var darker = new Strokes(ink, higher, keepsFrame: true);
        bool hasClutter = darker.HasDigit
            && darker.Bounds!.Value.Area <= PreprocessingConstants.ClutterShare * all.Bounds!.Value.Area;
        return hasClutter ? higher : threshold;
    }
}
