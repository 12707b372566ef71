using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Turns a grey picture into ink: 0 for the background, and up to 255 for ink.</summary>
internal static class InkExtraction
{
    // Noise tears frames and lines that are about as faint as the faintest ink into pieces. If there are several
    // pieces, frames and lines are also sought in the ink above half of its least darkness.
    private const float NoiseMargin = 2;

    /// <returns>The ink, or <see langword="null"/> if the picture is blank.</returns>
    public static GrayImage? Extract(GrayImage gray, out bool inverted, out bool hasSeveralDigits)
    {
        hasSeveralDigits = false;
        GrayImage? ink = Separate(gray, out inverted);
        if (ink is null) return null;
        // An inverted image of MNIST stays as it is, with its specks.
        if (MnistForm.TryCopy(ink, stackalloc byte[MnistForm.Length])) return ink;
        float edge = ink.Values.Max() * PreprocessingConstants.EdgeShare;
        var components = new Components(ink, edge);
        if (Shadows.AreOnlyInk(ink, components)) return null;
        Frame? frame = Frame.Find(ink, components);
        if (frame is null && components.Bounds.Count > 1)
        {
            frame = Frame.Find(ink, new Components(ink, edge / NoiseMargin));
        }
        if (frame is not null)
        {
            bool isContentInverted = inverted;
            GrayImage? content = frame.IsPage
                ? Extract(gray.Crop(frame.Bounds.Shrink(1)), out isContentInverted, out hasSeveralDigits)
                : Clean(frame.RemoveFrom(ink), edge, components: null, out hasSeveralDigits);
            if (content is not null && IsDigitIn(content))
            {
                inverted = isContentInverted;
                return content;
            }
        }
        return Clean(ink, edge, components, out hasSeveralDigits);
    }

    private static GrayImage Clean(GrayImage ink, float edge, Components? components, out bool hasSeveralDigits)
    {
        bool hasLines = Lines.Remove(ink, edge);
        if (components is not { Bounds.Count: 1 }) hasLines |= Lines.Remove(ink, edge / NoiseMargin);
        if (hasLines) components = null;
        components ??= new Components(ink, edge);
        Specks.Remove(ink, components);
        hasSeveralDigits = SeveralDigits.AreIn(components.Bounds);
        return ink;
    }

    // A frame may be a digit itself, such as a square 0. It then contains nothing or only a line.
    private static bool IsDigitIn(GrayImage content)
    {
        float edge = content.Values.Max() * PreprocessingConstants.EdgeShare;
        return content.FindBounds(edge).Height >= PreprocessingConstants.MinDigitShare * content.Height;
    }

    /// <summary>
    /// Indicates whether a picture has contrast, no single background value, and room for a local background.
    /// </summary>
    public static bool IsPhotograph(GrayImage gray)
    {
        float contrast = gray.Values.Max() - gray.Values.Min();
        return contrast >= PreprocessingConstants.MinContrast && CanBePhotograph(gray) && !IsDrawing(gray, contrast);
    }

    /// <summary>Returns the ink of a drawing or a photograph, including clutter around the digit.</summary>
    public static GrayImage? Separate(GrayImage gray, out bool inverted)
    {
        inverted = false;
        float min = gray.Values.Min(), max = gray.Values.Max();
        if (max - min < PreprocessingConstants.MinContrast) return null;
        bool isDrawing = IsDrawing(gray, max - min);
        if (!isDrawing && CanBePhotograph(gray))
        {
            return TightCrop.Extract(gray, mustBeClear: true, out inverted)
                ?? PhotoInk.Extract(EdgeBands.Cover(gray), out inverted)
                ?? TightCrop.Extract(gray, mustBeClear: false, out inverted);
        }
        if (!isDrawing && !TightCrop.HasInk(gray)) return null;

        float threshold = Otsu.Threshold(gray.Values);
        inverted = IsBackgroundBright(gray, threshold);
        float background = FindBackground(gray, inverted, threshold);
        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < ink.Values.Length; i++)
        {
            ink.Values[i] = Math.Max(0, inverted ? background - gray.Values[i] : gray.Values[i] - background);
        }
        return ink;
    }

    /// <summary>
    /// Indicates whether the background has one value, as in a drawing or a scan with a clean background.
    /// </summary>
    private static bool IsDrawing(GrayImage gray, float contrast)
    {
        // Faint grain has nearly one value too, so the background of a faint drawing must have exactly one.
        int tolerance = contrast < PreprocessingConstants.MinPhotoContrast
            ? 0 : PreprocessingConstants.DrawingTolerance;
        int[] histogram = new int[256];
        foreach (float value in gray.Values) histogram[(int)MathF.Round(value)]++;
        int mode = Array.IndexOf(histogram, histogram.Max());
        int near = 0;
        for (int bin = Math.Max(0, mode - tolerance); bin <= Math.Min(255, mode + tolerance); bin++)
        {
            near += histogram[bin];
        }
        return near >= PreprocessingConstants.DrawingShare * gray.Values.Length
            && (contrast >= PreprocessingConstants.MaxGrainContrast
                || contrast >= PreprocessingConstants.MinDrawingSignalToNoise * Grain.Measure(gray));
    }

    private static bool CanBePhotograph(GrayImage gray) =>
        Math.Min(gray.Width, gray.Height) >= PreprocessingConstants.MinPhotoSide;

    /// <summary>
    /// Decides the polarity by the border. If the border is mixed, the majority of all pixels is the background.
    /// </summary>
    public static bool IsBackgroundBright(GrayImage gray, float threshold)
    {
        double border = gray.BorderShare(threshold);
        return border is < 1 - PreprocessingConstants.BorderMajority or > PreprocessingConstants.BorderMajority
            ? border > 0.5
            : gray.Values.Count(value => value > threshold) > gray.Values.Length / 2;
    }

    /// <summary>Returns the most frequent value on the background's side of the threshold.</summary>
    private static float FindBackground(GrayImage gray, bool bright, float threshold)
    {
        int[] histogram = new int[256];
        foreach (float value in gray.Values)
        {
            if (value > threshold == bright) histogram[(int)MathF.Round(value)]++;
        }
        int mode = Array.IndexOf(histogram, histogram.Max());
        // The bin alone would be inexact: a 16-bit background of 65,280 is not a whole grey value.
        var counts = new Dictionary<float, int>();
        ReadOnlySpan<float> rest = gray.Values;
        while (rest.Length > 0)
        {
            // A background consists of long runs of one value. One look-up per run instead of per pixel halves the
            // time, and only integers are searched with vectors.
            float value = rest[0];
            int run = MemoryMarshal.Cast<float, int>(rest).IndexOfAnyExcept(BitConverter.SingleToInt32Bits(value));
            if (run < 0) run = rest.Length;
            if (value > threshold == bright && (int)MathF.Round(value) == mode)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _) += run;
            }
            rest = rest[run..];
        }
        return counts.MaxBy(count => count.Value).Key;
    }
}
