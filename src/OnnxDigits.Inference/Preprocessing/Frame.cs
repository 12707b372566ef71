namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Represents a frame around the digit: a rim, a box of a form, or a page on a ground of another tone.
/// </summary>
internal sealed class Frame
{
    // The least length of a frame's sides, as a fraction of the picture's.
    private const double MinSide = 0.2;

    // The greatest distance of a side from the edge of the frame's bounds, as a fraction of the longer side. Frames
    // drawn by hand are uneven, and strokes that cross a side extend the bounds.
    private const double MaxDepth = 0.08;

    // The least fraction of a side that has ink within this distance. The bounds of a round 0 are empty in the corners.
    private const double MinCoverage = 0.95;

    // This quantile of a side's thickness is taken as its thickness. Elsewhere, strokes of the digit touch the side.
    private const double ThinShare = 0.25;

    // The greatest fraction of its bounds that a frame of lines covers. A page covers more.
    private const double MaxCover = 0.6;

    private static readonly Edge[] Edges = [Edge.Left, Edge.Right, Edge.Top, Edge.Bottom];

    private readonly List<Run>[] _sides;

    private Frame(InkBounds bounds, bool isPage, List<Run>[] sides)
    {
        Bounds = bounds;
        IsPage = isPage;
        _sides = sides;
    }

    private enum Edge
    {
        Left,
        Right,
        Top,
        Bottom,
    }

    /// <summary>Gets the outer bounds of the frame.</summary>
    public InkBounds Bounds { get; }

    /// <summary>
    /// Gets a value that indicates whether the frame is a page. Its paper counts as ink, so the digit must be extracted
    /// from the page alone.
    /// </summary>
    public bool IsPage { get; }

    /// <summary>Returns the largest frame, or <see langword="null"/> if there is none.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    public static Frame? Find(GrayImage ink, Components components)
    {
        Frame? frame = null;
        for (int i = 0; i < components.Bounds.Count; i++)
        {
            InkBounds box = components.Bounds[i];
            if (box.Width < MinSide * ink.Width || box.Height < MinSide * ink.Height) continue;
            if (box.Area <= frame?.Bounds.Area) continue;
            frame = Match(ink, components, i) ?? frame;
        }
        return frame;
    }

    /// <summary>Returns the frame that a component forms, or <see langword="null"/> for other shapes.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    /// <param name="label">The label of the component.</param>
    public static Frame? Match(GrayImage ink, Components components, int label)
    {
        InkBounds box = components.Bounds[label];
        if (Math.Min(box.Width, box.Height) < 3) return null;
        List<Run>[] sides = [.. Edges.Select(edge => FindRuns(box, edge, Has))];
        if (Edges.Any(edge => sides[(int)edge].Count < MinCoverage * Length(box, edge))) return null;
        int cover = Enumerable.Range(0, box.Area).Count(at => Has(at % box.Width, at / box.Width));
        return new Frame(box, cover > MaxCover * box.Area, sides);

        bool Has(int x, int y) => components.Labels[((box.Top + y) * ink.Width) + box.Left + x] == label;
    }

    /// <summary>Returns the area within the frame, or <see langword="null"/> if it is empty.</summary>
    /// <param name="share">
    /// The quantile of a side's thickness that is taken as its thickness. A digit may touch the side elsewhere.
    /// </param>
    public InkBounds? FindInside(double share)
    {
        int[] ends = [.. _sides.Select(runs =>
            runs.Select(run => run.End).Order().ElementAt((int)(share * (runs.Count - 1))))];
        var inside = new InkBounds(
            Bounds.Left + ends[0], Bounds.Top + ends[2], Bounds.Right - ends[1], Bounds.Bottom - ends[3]);
        return inside is { Width: > 0, Height: > 0 } ? inside : null;
    }

    /// <summary>Returns the ink within the frame, with the strokes that cross its lines.</summary>
    public GrayImage RemoveFrom(GrayImage ink)
    {
        GrayImage content = ink.Crop(Bounds);
        // A stroke can touch the whole of one side, so the thinnest side decides.
        int thickness = _sides.Min(runs =>
            runs.Select(run => run.Length).Order().ElementAt((int)(ThinShare * (runs.Count - 1))));
        foreach (Edge edge in Edges) Erase(content, edge, _sides[(int)edge], thickness);
        return content;
    }

    private static int Length(InkBounds box, Edge edge) => edge is Edge.Left or Edge.Right ? box.Height : box.Width;

    private static List<Run> FindRuns(InkBounds box, Edge edge, Func<int, int, bool> has)
    {
        int length = Length(box, edge), breadth = box.Width + box.Height - length;
        int reach = Math.Max(1, (int)(MaxDepth * box.Longer));
        var runs = new List<Run>();
        for (int at = 0; at < length; at++)
        {
            int start = 0;
            while (start <= reach && start < breadth && !HasAt(start)) start++;
            if (start > reach || start == breadth) continue;
            int end = start;
            while (end < breadth && HasAt(end)) end++;
            runs.Add(new(at, start, end));

            bool HasAt(int depth)
            {
                (int x, int y) = Locate(box, edge, at, depth);
                return has(x, y);
            }
        }
        return runs;
    }

    private static (int X, int Y) Locate(InkBounds box, Edge edge, int at, int depth) => edge switch
    {
        Edge.Left => (depth, at),
        Edge.Right => (box.Width - 1 - depth, at),
        Edge.Top => (at, depth),
        _ => (at, box.Height - 1 - depth),
    };

    private void Erase(GrayImage content, Edge edge, List<Run> runs, int thickness)
    {
        int typical = runs.Where(IsLine).Select(run => run.Start).Order().ElementAtOrDefault(runs.Count(IsLine) / 2);
        foreach (Run run in runs)
        {
            if (IsLine(run))
            {
                for (int depth = run.Start; depth < run.End; depth++) Set(run.At, depth, 0);
                continue;
            }
            // A stroke that crosses the line has ink on both sides of it.
            float bridge = Math.Min(Get(run.At, typical - 1), Get(run.At, typical + thickness));
            for (int depth = typical; depth < typical + thickness; depth++) Set(run.At, depth, bridge);
        }

        bool IsLine(Run run) => run.Length <= (2 * thickness) + 1;

        float Get(int at, int depth)
        {
            (int x, int y) = Locate(Bounds, edge, at, depth);
            return (uint)x < (uint)content.Width && (uint)y < (uint)content.Height ? content.Row(y)[x] : 0;
        }

        void Set(int at, int depth, float value)
        {
            (int x, int y) = Locate(Bounds, edge, at, depth);
            content.Row(y)[x] = value;
        }
    }

    // The ink of a side at one place, by its distance from the edge of the bounds.
    private readonly record struct Run(int At, int Start, int End)
    {
        public int Length => End - Start;
    }
}
