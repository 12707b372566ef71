using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>
/// Evens out areas of a page's background whose tones differ abruptly: the desk around a page, a hard shadow, the bar
/// of an application. Their edges would otherwise be taken for strokes.
/// </summary>
internal static class PageTones
{
    // The background is found on a picture that is reduced to about this many blocks along its shorter side.
    private const int Blocks = 96;

    private const int MinBlock = 2;

    // The radius in blocks of the window whose median is the background. Strokes cover less than half of a window, and
    // the median keeps straight edges.
    private const int Radius = 8;

    // The radius in blocks of the square in which two tones are compared. It is half of the median's radius, because the
    // median rounds the corners of an area by about that much.
    private const int Reach = 4;

    // Tones differ abruptly if the darker one is at most this fraction of the brighter one.
    private const float MaxSimilar = 0.87f;

    // The least length of the edges, as a multiple of the shorter side. Shorter edges are those of thick strokes.
    private const double MinEdge = 0.5;

    // The greatest area that is a thick stroke if it doesn't touch the border, as a fraction of the picture.
    private const double MaxStroke = 1 / 3.0;

    /// <summary>Returns the picture with an even background, or the picture itself if it has one tone.</summary>
    public static GrayImage Even(GrayImage gray)
    {
        int shorter = Math.Min(gray.Width, gray.Height), block = Math.Max(1, shorter / Blocks);
        // On a smaller picture, strokes are as wide as the window.
        if (shorter < MinBlock * Blocks) return gray;
        GrayImage tones = FindMedians(Reduce(gray, block));
        if (!HasEdges(tones, out _, out _)) return gray;
        tones = FillStrokes(FillStrokes(tones, sign: 1), sign: -1);
        if (!HasEdges(tones, out GrayImage lowest, out GrayImage highest)) return gray;

        float mean = tones.Values.Average();
        var even = new GrayImage(gray.Width, gray.Height);
        for (int y = 0; y < gray.Height; y++)
        {
            Span<float> row = gray.Row(y), result = even.Row(y);
            Span<float> low = lowest.Row(y / block), high = highest.Row(y / block);
            for (int x = 0; x < row.Length; x++)
            {
                float dark = low[x / block], bright = high[x / block];
                if (!Differ(dark, bright)) dark = bright = (dark + bright) / 2;
                // At an edge, a pixel between both tones is background. Ink in a shadow has less contrast, and so has
                // the texture of a dark desk. The square root raises the ink without raising the texture to its level.
                result[x] = row[x] < dark
                    ? Math.Max(0, mean - ((dark - row[x]) * MathF.Sqrt(mean / dark)))
                    : Math.Min(255, mean + Math.Max(0, row[x] - bright));
            }
        }
        return even;
    }

    private static bool Differ(float dark, float bright) =>
        dark < MaxSimilar * bright && bright - dark >= PreprocessingConstants.MinContrast;

    private static bool HasEdges(GrayImage tones, out GrayImage lowest, out GrayImage highest)
    {
        highest = tones.Dilate(Reach);
        lowest = Invert(Invert(tones).Dilate(Reach));
        int edges = lowest.Values.Zip(highest.Values, Differ).Count(differ => differ);
        return edges >= MinEdge * Math.Min(tones.Width, tones.Height) * 2 * Reach;
    }

    private static GrayImage Invert(GrayImage gray)
    {
        var inverted = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < gray.Values.Length; i++) inverted.Values[i] = 255 - gray.Values[i];
        return inverted;
    }

    // Returns the mean of each block. The blocks at the right and lower border may be smaller.
    private static GrayImage Reduce(GrayImage gray, int block)
    {
        var small = new GrayImage((gray.Width + block - 1) / block, (gray.Height + block - 1) / block);
        for (int y = 0; y < gray.Height; y++)
        {
            Span<float> row = gray.Row(y), sums = small.Row(y / block);
            for (int i = 0; i < sums.Length; i++)
            {
                foreach (float value in row[(i * block)..Math.Min((i + 1) * block, row.Length)]) sums[i] += value;
            }
        }
        for (int y = 0; y < small.Height; y++)
        {
            int height = Math.Min(block, gray.Height - (y * block));
            Span<float> means = small.Row(y);
            for (int i = 0; i < means.Length; i++) means[i] /= height * Math.Min(block, gray.Width - (i * block));
        }
        return small;
    }

    // Returns the median over a square window around each pixel. The pixels at the border continue beyond it.
    private static GrayImage FindMedians(GrayImage picture)
    {
        const int Half = ((2 * Radius) + 1) * ((2 * Radius) + 1) / 2;
        byte[] values = [.. picture.Values.Select(value => (byte)Math.Clamp(MathF.Round(value), 0, 255))];
        var medians = new GrayImage(picture.Width, picture.Height);
        Span<int> histogram = stackalloc int[256];
        for (int y = 0; y < picture.Height; y++)
        {
            histogram.Clear();
            int median = 0, below = 0;
            for (int x = -Radius; x < Radius; x++) Count(x, 1, histogram);
            for (int x = 0; x < picture.Width; x++)
            {
                Count(x + Radius, 1, histogram);
                while (below > Half) below -= histogram[--median];
                while (below + histogram[median] <= Half) below += histogram[median++];
                medians.Row(y)[x] = median;
                Count(x - Radius, -1, histogram);
            }

            void Count(int column, int change, Span<int> histogram)
            {
                column = Math.Clamp(column, 0, picture.Width - 1);
                for (int near = y - Radius; near <= y + Radius; near++)
                {
                    byte value = values[(Math.Clamp(near, 0, picture.Height - 1) * picture.Width) + column];
                    histogram[value] += change;
                    if (value < median) below += change;
                }
            }
        }
        return medians;
    }

    // Gives darker areas (sign 1) or brighter areas (sign −1) that don't touch the border the tone around them.
    private static GrayImage FillStrokes(GrayImage tones, int sign)
    {
        var filled = new GrayImage(tones.Width, tones.Height);
        Array.Fill(filled.Values, float.NaN);
        // Floods the picture from its border. Each area fills up to the lowest place around it.
        var open = new PriorityQueue<int, float>();
        for (int i = 0; i < filled.Values.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, tones.Width);
            if (x == 0 || y == 0 || x == tones.Width - 1 || y == tones.Height - 1) Visit(i, float.NegativeInfinity);
        }
        while (open.TryDequeue(out int pixel, out float level))
        {
            (int y, int x) = Math.DivRem(pixel, tones.Width);
            if (x > 0) Visit(pixel - 1, level);
            if (x < tones.Width - 1) Visit(pixel + 1, level);
            if (y > 0) Visit(pixel - tones.Width, level);
            if (y < tones.Height - 1) Visit(pixel + tones.Width, level);
        }
        int changed = tones.Values.Zip(filled.Values, (before, after) =>
            Differ(Math.Min(before, after), Math.Max(before, after))).Count(differ => differ);
        return changed <= MaxStroke * filled.Values.Length ? filled : tones;

        void Visit(int pixel, float level)
        {
            if (!float.IsNaN(filled.Values[pixel])) return;
            level = Math.Max(level, sign * tones.Values[pixel]);
            filled.Values[pixel] = sign * level;
            open.Enqueue(pixel, level);
        }
    }
}
