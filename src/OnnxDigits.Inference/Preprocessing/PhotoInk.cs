namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Ink on a photographed page: uneven light taken away, then a threshold, then what is no stroke.</summary>
internal static class PhotoInk
{
    public static GrayImage? Extract(GrayImage gray, JudgedConstants constants, out bool inverted)
    {
        float[] deviation = LocalBackground.Deviation(gray, constants, out float noise);
        float aboveNoise = constants.LeastSignalToNoise * noise;
        float[] strength = new float[deviation.Length];
        for (int i = 0; i < strength.Length; i++)
            strength[i] = Math.Abs(deviation[i]);
        // On a large page Otsu's split of a small digit falls within the paper's grain, which must not vote.
        float threshold = Math.Max(Otsu.Threshold(strength), aboveNoise);
        // Squares, for ink is far darker than a shadow's edge, which is longer.
        double balance = 0;
        foreach (float value in deviation)
            balance += Math.Abs(value) > threshold ? value * Math.Abs(value) : 0;
        inverted = balance < 0;

        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < deviation.Length; i++)
            ink.Values[i] = Math.Max(0, inverted ? -deviation[i] : deviation[i]);
        threshold = AboveClutter(ink, Math.Max(Otsu.Threshold(ink.Values), aboveNoise), constants);
        var strokes = new Strokes(ink, threshold, constants.LeastStrokeShare, withFrame: false);
        if (!strokes.HaveDigit)
            return null;
        var values = new List<float>();
        for (int i = 0; i < ink.Values.Length; i++)
        {
            if (!strokes.Has(i)) ink.Values[i] = 0;
            else values.Add(ink.Values[i]);
        }
        values.Sort();
        float full = values[values.Count / 2];
        if (full < Math.Max(constants.LeastPhotoContrast, aboveNoise))
            return null;

        for (int i = 0; i < ink.Values.Length; i++)
            ink.Values[i] = Math.Min(255, ink.Values[i] / full * 255);
        return ink;
    }

    /// <summary>
    /// The threshold above printed lines and shadows: these are fainter than what was written, and all over the page. A higher
    /// one leaves a far smaller box then; that of a digit alone only loses its soft edges.
    /// </summary>
    private static float AboveClutter(GrayImage ink, float threshold, JudgedConstants constants)
    {
        float higher = Math.Max(threshold, Otsu.Threshold([.. ink.Values.Where(value => value > threshold)]));
        Strokes all = Above(threshold), darker = Above(higher);
        return darker.HaveDigit && darker.Bounds!.Value.Area <= constants.ClutterShare * all.Bounds!.Value.Area ? higher : threshold;

        Strokes Above(float value) => new(ink, value, constants.LeastStrokeShare, withFrame: true);
    }
}
