namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Paints over wide bands along the edges of a photograph, such as thick frames and the table beside a page. They would
/// disturb the estimate of the local background.
/// </summary>
internal static class EdgeBands
{
    // The greatest depth of a band, as a fraction of the picture.
    private const double MaxDepth = 0.15;

    // The least fraction of a row within a band that differs from the paper.
    private const double MinCoverage = 0.9;

    // The greatest fraction of the clean row beyond a band that differs from the paper.
    private const double MaxRest = 0.02;

    // The least difference from the paper, as a fraction of its tone.
    private const float MinContrast = 0.2f;

    // About how many pixels of a row are examined.
    private const int Samples = 200;

    // About how many rows are examined for the paper's tone.
    private const int SampleRows = 10;

    /// <summary>Returns a copy without the bands, or the picture itself if it has none.</summary>
    public static GrayImage Cover(GrayImage gray)
    {
        GrayImage covered = gray;
        int width = gray.Width, height = gray.Height, last = gray.Values.Length - 1;
        // Covers the bands of rows, then the bands of columns, from each edge inwards.
        foreach (Side side in (Side[])
        [
            new(0, 1, width, width, height), new(last, -1, -width, width, height),
            new(0, width, 1, height, width), new(last, -width, -1, height, width),
        ])
        {
            if (FindCleanRow(covered, side, out float tone) is not { } clean) continue;
            if (ReferenceEquals(covered, gray)) covered = gray.Crop(new(0, 0, width - 1, height - 1));
            for (int i = 0; i < side.Length; i++)
            {
                float paper = covered.Values[side.At(i, clean)];
                if (Differs(paper, tone)) paper = tone;
                for (int depth = 0; depth < clean; depth++) covered.Values[side.At(i, depth)] = paper;
            }
        }
        return covered;
    }

    // Returns the first row of paper beyond the band, or null if there is no band or the digit touches it.
    private static int? FindCleanRow(GrayImage gray, Side side, out float tone)
    {
        int most = (int)(MaxDepth * side.Depth), band = -1;
        tone = PaperTone(gray, side, most);
        for (int depth = 0; depth < most; depth++)
        {
            double coverage = Coverage(gray, side, depth, tone);
            if (coverage >= MinCoverage) band = depth;
            if (band >= 0 && coverage <= MaxRest) return depth;
        }
        return null;
    }

    // Returns the median tone of the rows just beyond the greatest depth of a band.
    private static float PaperTone(GrayImage gray, Side side, int most)
    {
        var sample = new List<float>();
        for (int depth = most; depth < 2 * most; depth += Math.Max(1, most / SampleRows))
        {
            for (int i = 0; i < side.Length; i += side.Step) sample.Add(gray.Values[side.At(i, depth)]);
        }
        sample.Sort();
        return sample.Count > 0 ? sample[sample.Count / 2] : 0;
    }

    // Returns the fraction of a row that differs from the paper. Leaves out the ends of the row, where bands along the
    // other edges may cross it.
    private static double Coverage(GrayImage gray, Side side, int depth, float tone)
    {
        int end = (int)(MaxDepth * side.Length), different = 0, all = 0;
        for (int i = end; i < side.Length - end; i += side.Step, all++)
        {
            if (Differs(gray.Values[side.At(i, depth)], tone)) different++;
        }
        return (double)different / all;
    }

    private static bool Differs(float value, float tone) =>
        Math.Abs(value - tone) > Math.Max(PreprocessingConstants.MinPhotoContrast, MinContrast * tone);

    /// <summary>Addresses the pixels of a picture by their place along an edge and their distance from it.</summary>
    private readonly record struct Side(int Start, int Along, int Inwards, int Length, int Depth)
    {
        public int Step => Math.Max(1, Length / Samples);

        public int At(int place, int depth) => Start + (place * Along) + (depth * Inwards);
    }
}
