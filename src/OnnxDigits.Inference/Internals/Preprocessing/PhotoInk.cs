namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>Ink on a photographed page: uneven light taken away, then a threshold, then specks.</summary>
internal static class PhotoInk
{
    // Ink must stand this far above the page, in its own noise and in absolute terms, or the page is empty.
    private const float LeastContrast = 16;
    private const float LeastSignalToNoise = 4;

    public static GrayImage? Extract(GrayImage gray, out bool inverted)
    {
        float[] deviation = LocalBackground.Deviation(gray, out float noise);
        float[] strength = new float[deviation.Length];
        for (int i = 0; i < strength.Length; i++)
            strength[i] = Math.Abs(deviation[i]);
        // On a large page Otsu's split of a small digit falls within the paper's grain, which must not vote.
        float threshold = Math.Max(Otsu.Threshold(strength), LeastSignalToNoise * noise);
        double balance = 0;
        foreach (float value in deviation)
            balance += Math.Abs(value) > threshold ? value : 0;
        inverted = balance < 0;

        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < deviation.Length; i++)
            ink.Values[i] = Math.Max(0, inverted ? -deviation[i] : deviation[i]);
        threshold = Math.Max(Otsu.Threshold(ink.Values), LeastSignalToNoise * noise);
        float[] strokes = [.. ink.Values.Where(value => value > threshold)];
        if (strokes.Length == 0)
            return null;
        Array.Sort(strokes);
        float full = strokes[strokes.Length / 2];
        if (full < Math.Max(LeastContrast, LeastSignalToNoise * noise))
            return null;

        bool[] kept = Specks.Remove(ink, threshold);
        for (int i = 0; i < ink.Values.Length; i++)
            ink.Values[i] = kept[i] ? Math.Min(255, ink.Values[i] / full * 255) : 0;
        return ink;
    }
}
