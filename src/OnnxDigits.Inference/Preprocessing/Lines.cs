namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Removes straight lines from side to side of a picture: the edge of a scan, a ruled line, an application's bar.
/// </summary>
internal static class Lines
{
    // The least fraction of a row or column that a line covers.
    private const double MinCoverage = 0.9;

    // The least fraction that its soft edges cover.
    private const double MinSoftCoverage = 0.45;

    // The greatest widths of lines are fractions of the picture. This one is for lines near an edge.
    private const double MaxBar = 0.25;

    // The greatest width of other lines.
    private const double MaxInner = 0.12;

    // The greatest width of a line that touches the digit.
    private const double MaxTouching = 0.05;

    // A line is near an edge if it begins or ends within this fraction of the picture.
    private const double NearEdge = 0.15;

    // The greatest width of the ink beside a line, as a fraction of the picture. A digit that reaches from side to side
    // has lines itself, such as the bar of a 7.
    private const double MaxRest = 0.9;

    // The greatest width of the ink if a line touches it.
    private const double MaxRestTouching = 0.7;

    // The least size of the ink beside a line, as a fraction of the picture.
    private const double MinRest = 0.1;

    /// <summary>Removes the lines and bridges the strokes that cross them.</summary>
    /// <param name="ink">The ink, which is changed.</param>
    /// <param name="threshold">Pixels above it are ink.</param>
    /// <returns><see langword="true"/> if a line was removed.</returns>
    public static bool Remove(GrayImage ink, float threshold)
    {
        var upright = new Side(ink, isTransposed: false, threshold);
        var turned = new Side(ink, isTransposed: true, threshold);
        CountInk(ink, threshold, upright.Counts, turned.Counts);
        List<(int First, int Last)> rows = FindLines(upright, turned), columns = FindLines(turned, upright);
        foreach ((int first, int last) in rows) Bridge(upright, first, last);
        foreach ((int first, int last) in columns) Bridge(turned, first, last);
        return rows.Count + columns.Count > 0;
    }

    private static void CountInk(GrayImage ink, float threshold, int[] rows, int[] columns)
    {
        for (int y = 0; y < ink.Height; y++)
        {
            Span<float> row = ink.Row(y);
            int last = GrayImage.LastIndexOfInk(row, threshold);
            for (int x = 0; x <= last; x++)
            {
                int count = row[x] > threshold ? 1 : 0;
                rows[y] += count;
                columns[x] += count;
            }
        }
    }

    private static List<(int First, int Last)> FindLines(Side side, Side across)
    {
        var lines = new List<(int, int)>();
        for (int y = 0; y < side.Height; y++)
        {
            if (side.Counts[y] < MinCoverage * side.Width) continue;
            int first = y;
            while (y + 1 < side.Height && side.Counts[y + 1] >= MinSoftCoverage * side.Width) y++;
            if (first > 0 && side.Counts[first - 1] >= MinSoftCoverage * side.Width) first--;
            if (IsLine(side, across, first, y)) lines.Add((first, y));
        }
        return lines;
    }

    private static bool IsLine(Side side, Side across, int first, int last)
    {
        bool isAtEdge = first <= NearEdge * side.Height || last >= side.Height - 1 - (NearEdge * side.Height);
        bool isTouching = (first > 0 && HasInk(side, across, first - 1))
            || (last < side.Height - 1 && HasInk(side, across, last + 1));
        double most = isTouching ? MaxTouching : isAtEdge ? MaxBar : MaxInner;
        if (last - first + 1 > Math.Max(1, most * side.Height)) return false;

        (int width, int height) = MeasureRest(side, across);
        return width <= (isTouching ? MaxRestTouching : MaxRest) * side.Width
            && Math.Max(width, height) >= MinRest * side.Height;
    }

    private static bool IsLineOf(Side side, int row, double coverage) => side.Counts[row] >= coverage * side.Width;

    private static bool HasInk(Side side, Side across, int y)
    {
        for (int x = 0; x < side.Width; x++)
        {
            if (side.Has(x, y) && !IsLineOf(across, x, MinSoftCoverage)) return true;
        }
        return false;
    }

    // Returns the size of the ink that remains without the lines.
    private static (int Width, int Height) MeasureRest(Side side, Side across)
    {
        int left = side.Width, right = -1, top = side.Height, bottom = -1;
        for (int y = 0; y < side.Height; y++)
        {
            if (side.Counts[y] == 0 || IsLineOf(side, y, MinCoverage)) continue;
            for (int x = 0; x < side.Width; x++)
            {
                if (!side.Has(x, y) || IsLineOf(across, x, MinCoverage)) continue;
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
                (top, bottom) = (Math.Min(top, y), y);
            }
        }
        return (right - left + 1, bottom - top + 1);
    }

    // A stroke that crosses the line has ink on both sides of it.
    private static void Bridge(Side side, int first, int last)
    {
        for (int x = 0; x < side.Width; x++)
        {
            float above = first > 0 ? side[x, first - 1] : 0, below = last < side.Height - 1 ? side[x, last + 1] : 0;
            for (int y = first; y <= last; y++) side[x, y] = Math.Min(above, below);
        }
    }

    // A picture, or the same picture with rows and columns exchanged.
    private sealed class Side
    {
        private readonly GrayImage _image;
        private readonly float _threshold;
        private readonly int _stepX;
        private readonly int _stepY;

        public Side(GrayImage image, bool isTransposed, float threshold)
        {
            (_image, _threshold) = (image, threshold);
            (_stepX, _stepY) = isTransposed ? (image.Width, 1) : (1, image.Width);
            (Width, Height) = isTransposed ? (image.Height, image.Width) : (image.Width, image.Height);
            Counts = new int[Height];
        }

        public int Width { get; }

        public int Height { get; }

        /// <summary>Gets the number of pixels with ink in each row.</summary>
        public int[] Counts { get; }

        public float this[int x, int y]
        {
            get => _image.Values[(x * _stepX) + (y * _stepY)];
            set => _image.Values[(x * _stepX) + (y * _stepY)] = value;
        }

        public bool Has(int x, int y) => this[x, y] > _threshold;
    }
}
