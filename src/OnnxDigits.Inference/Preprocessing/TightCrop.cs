namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Extracts the ink of a small picture that the digit fills, so that there is no local background to compare with.
/// </summary>
internal static class TightCrop
{
    // Larger pictures have enough background for PhotoInk.
    private const int MaxSide = 128;

    // The least contrast of ink and background, in grey values.
    private const float MinContrast = 12;

    // The least contrast, in standard deviations of the grain.
    private const float MinSignalToNoise = 6;

    // The least value of Otsu's criterion, the variance between the tones as a fraction of the whole. It is 0.64 for
    // noise and 0.75 for a linear shadow.
    private const double MinSeparation = 0.8;

    // MinBorder is the least fraction of the border that has one tone. MaxPiece is the greatest fraction in one piece
    // that has the other tone. The edge of a shadow divides the border into two pieces. Strokes that touch the border
    // divide it into many.
    private const double MinBorder = 0.6;
    private const double MaxPiece = 0.15;

    // Deviations up to this fraction of the contrast belong to the background.
    private const float InkStart = 0.3f;

    // The ink of a component's edge, half of the full ink.
    private const float InkEdge = 128;

    /// <param name="gray">The picture.</param>
    /// <param name="mustBeClear">Indicates whether the tones must be clear without evening the light.</param>
    /// <param name="inverted">Receives whether the ink is darker than the background.</param>
    /// <returns>The ink, or <see langword="null"/> if the picture has no two clear tones.</returns>
    public static GrayImage? Extract(GrayImage gray, bool mustBeClear, out bool inverted)
    {
        inverted = false;
        if (Math.Min(gray.Width, gray.Height) > MaxSide) return null;
        GrayImage original = gray;
        var tones = mustBeClear ? FindTones(gray, isClear: true) : FindTones(ref gray);
        if (tones is not (float background, float full)) return null;

        inverted = full < background;
        float start = background + ((full - background) * InkStart);
        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < ink.Values.Length; i++)
        {
            ink.Values[i] = 255 * Math.Clamp((gray.Values[i] - start) / (full - start), 0, 1);
        }
        if (mustBeClear) return ink;

        // Nearly all strokes are narrower than an eighth of the picture.
        bool hasShadow = Shadows.RemoveEdges(
            ink, original, new Components(ink, InkEdge), Math.Min(ink.Width, ink.Height) / 8,
            Math.Abs(full - background), inverted);
        double least = PreprocessingConstants.MinDigitShare * ink.Height;
        return !hasShadow || new Components(ink, InkEdge).Bounds.Any(box => box.Longer >= least) ? ink : null;
    }

    /// <summary>Indicates whether a small picture has more than noise and uneven light.</summary>
    public static bool HasInk(GrayImage gray) => FindTones(ref gray) is not null;

    // A digit in the middle resembles uneven light, so the light is evened only if the tones aren't clear without it.
    private static (float Background, float Full)? FindTones(ref GrayImage gray)
    {
        if (FindTones(gray, isClear: true) is { } tones) return tones;
        gray = LightSurface.Flatten(gray);
        return FindTones(gray, isClear: false);
    }

    private static (float Background, float Full)? FindTones(GrayImage gray, bool isClear)
    {
        float threshold = Otsu.Threshold(gray.Values);
        float[] dark = [.. gray.Values.Where(value => value <= threshold).Order()];
        float[] bright = [.. gray.Values.Where(value => value > threshold).Order()];
        if (dark.Length == 0 || bright.Length == 0) return null;
        if (isClear && (Separation(gray.Values, dark, bright) < MinSeparation
            || IsBorderDivided(gray, threshold)))
        {
            return null;
        }

        (float background, float full) = InkExtraction.IsBackgroundBright(gray, threshold)
            ? (bright[bright.Length / 2], dark[dark.Length / 4])
            : (dark[dark.Length / 2], bright[bright.Length * 3 / 4]);
        float contrast = Math.Abs(full - background);
        float least = Math.Max(MinContrast, MinSignalToNoise * Grain.MeasureFine(gray));
        return contrast >= least ? (background, full) : null;
    }

    private static bool IsBorderDivided(GrayImage gray, float threshold)
    {
        double share = gray.BorderShare(threshold);
        if (share is > 1 - MinBorder and < MinBorder) return true;
        bool[] isRare = [.. gray.Border().Select(value => value > threshold == share < 0.5)];
        int longest = 0, run = 0;
        // A piece may go around the first pixel.
        foreach (bool isPiece in isRare.Concat(isRare))
        {
            run = isPiece ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest > MaxPiece * isRare.Length;
    }

    private static double Separation(float[] all, float[] dark, float[] bright)
    {
        double mean = all.Average(), darker = dark.Average() - mean, brighter = bright.Average() - mean;
        return ((dark.Length * darker * darker) + (bright.Length * brighter * brighter))
            / all.Sum(value => (value - mean) * (value - mean));
    }
}
