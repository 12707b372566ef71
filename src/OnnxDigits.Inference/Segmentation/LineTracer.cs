using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>Traces straight thin lines that are nearly parallel to a side of the page and may have gaps.</summary>
internal static class LineTracer
{
    // The greatest distance of a step from its expected position, in pixels.
    public const double Tolerance = 1.5;

    // The least fraction of a line's steps that have ink. Strokes across a line leave gaps in it.
    private const double MinCoverage = 0.65;

    // The least length of two lines that are joined, in pixels.
    private const int MinJoined = 16;

    // The longest gap, as a multiple of the greatest thickness and as a fraction of the line before it.
    private const int MaxGap = 4;
    private const double GapShare = 0.5;

    /// <summary>Traces all lines in one direction.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="threshold">Pixels above it are ink.</param>
    /// <param name="maxThickness">The greatest thickness of a line.</param>
    /// <param name="isUpright">Indicates whether to trace from top to bottom instead of from left to right.</param>
    public static List<TracedLine> Trace(GrayImage ink, float threshold, int maxThickness, bool isUpright)
    {
        (int steps, int breadth) = isUpright ? (ink.Height, ink.Width) : (ink.Width, ink.Height);
        (int step, int across) = isUpright ? (ink.Width, 1) : (1, ink.Width);
        var finished = new List<TracedLine>();
        var active = new List<TracedLine>();
        // The longest of the lines that are expected at each position.
        var expected = new TracedLine?[breadth];
        for (int at = 0; at < steps; at++)
        {
            Array.Clear(expected);
            foreach (TracedLine line in active)
            {
                ref TracedLine? here = ref expected[Math.Clamp((int)Math.Round(line.Expect(at)), 0, breadth - 1)];
                if (here is null || line.Length > here.Length) here = line;
            }
            for (int first = 0; first < breadth; first++)
            {
                if (ink.Values[(at * step) + (first * across)] <= threshold) continue;
                int last = first;
                while (last + 1 < breadth && ink.Values[(at * step) + ((last + 1) * across)] > threshold) last++;
                if (last - first < maxThickness) Extend(active, expected, new(at, first, last), isUpright);
                first = last;
            }
            active.RemoveAll(line =>
            {
                bool isOver = at - line.End >= Math.Clamp(GapShare * line.Length, 2, MaxGap * maxThickness);
                if (isOver && line.Length >= TracedLine.MinSteps) finished.Add(line);
                return isOver;
            });
        }
        List<TracedLine> lines = Join([.. finished, .. active], MaxGap * maxThickness);
        lines.RemoveAll(line => line.Steps.Count < MinCoverage * line.Length);
        return lines;
    }

    // Joins lines that were interrupted by a stroke along them.
    private static List<TracedLine> Join(IEnumerable<TracedLine> lines, int maxGap)
    {
        var joined = new List<TracedLine>();
        foreach (TracedLine line in lines.OrderBy(line => line.Start))
        {
            TracedLine? before = joined.Find(other => line.End > other.End && line.Start > other.End - maxGap
                && line.Start - other.End <= Math.Max(maxGap, GapShare * other.Length)
                && Math.Min(line.Length, other.Length) >= MinJoined
                && Math.Abs(other.Expect(line.Start) - line.Steps[0].Center) <= 2 * Tolerance
                && Math.Abs(other.Expect(line.End) - line.Steps[^1].Center) <= 2 * Tolerance);
            if (before is null)
            {
                joined.Add(line);
            }
            else
            {
                foreach (LineStep step in line.Steps.Where(step => step.At > before.End).ToArray()) before.Add(step);
            }
        }
        return joined;
    }

    private static void Extend(List<TracedLine> active, TracedLine?[] expected, LineStep step, bool isUpright)
    {
        TracedLine? nearest = null;
        double least = Tolerance;
        int reach = (int)Tolerance + 1, center = (int)Math.Round(step.Center);
        for (int place = Math.Max(0, center - reach); place <= Math.Min(expected.Length - 1, center + reach); place++)
        {
            if (expected[place] is not { } line || line.End == step.At || !line.IsAsThin(step)) continue;
            double distance = Math.Abs(line.Expect(step.At) - step.Center);
            if (distance <= least) (least, nearest) = (distance, line);
        }
        if (nearest is null)
        {
            nearest = new TracedLine(isUpright);
            active.Add(nearest);
        }
        nearest.Add(step);
    }
}
