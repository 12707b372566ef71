namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>Ink on a photographed page: uneven light taken away, then a threshold, then specks.</summary>
internal static class PhotoInk
{
    public static GrayImage? Extract(GrayImage gray, JudgedConstants constants, out bool inverted)
    {
        float[] deviation = LocalBackground.Deviation(gray, constants.LightReach, out float noise);
        float aboveNoise = constants.LeastSignalToNoise * noise;
        float[] strength = new float[deviation.Length];
        for (int i = 0; i < strength.Length; i++)
            strength[i] = Math.Abs(deviation[i]);
        // On a large page Otsu's split of a small digit falls within the paper's grain, which must not vote.
        float threshold = Math.Max(Otsu.Threshold(strength), aboveNoise);
        double balance = 0;
        foreach (float value in deviation)
            balance += Math.Abs(value) > threshold ? value : 0;
        inverted = balance < 0;

        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < deviation.Length; i++)
            ink.Values[i] = Math.Max(0, inverted ? -deviation[i] : deviation[i]);
        threshold = Math.Max(Otsu.Threshold(ink.Values), aboveNoise);
        float[] strokes = [.. ink.Values.Where(value => value > threshold)];
        if (strokes.Length == 0)
            return null;
        Array.Sort(strokes);
        float full = strokes[strokes.Length / 2];
        if (full < Math.Max(constants.LeastPhotoContrast, aboveNoise))
            return null;

        bool[] kept = Specks.Remove(ink, threshold, constants.LeastStrokeShare);
        for (int i = 0; i < ink.Values.Length; i++)
            ink.Values[i] = kept[i] ? Math.Min(255, ink.Values[i] / full * 255) : 0;
        return ink;
    }
}
