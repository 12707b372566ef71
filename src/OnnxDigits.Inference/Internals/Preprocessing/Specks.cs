namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>Keeps the strokes of a photograph and drops the dust: connected components far smaller than the largest.</summary>
internal static class Specks
{
    /// <summary>Which pixels above the threshold belong to a stroke.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="threshold">What is not above it is no ink.</param>
    /// <param name="leastShare">A component below this share of the largest is dust, 0..1.</param>
    public static bool[] Remove(GrayImage ink, float threshold, double leastShare)
    {
        int[] component = new int[ink.Values.Length];
        var sizes = new List<int> { 0 };
        var open = new Stack<int>();
        for (int start = 0; start < component.Length; start++)
        {
            if (component[start] != 0 || ink.Values[start] <= threshold)
                continue;
            int label = sizes.Count, size = 0;
            component[start] = label;
            open.Push(start);
            while (open.TryPop(out int pixel))
            {
                size++;
                Spread(ink, threshold, pixel, label, component, open);
            }
            sizes.Add(size);
        }
        double least = leastShare * sizes.Max();
        return [.. component.Select(label => label > 0 && sizes[label] >= least)];
    }

    private static void Spread(GrayImage ink, float threshold, int pixel, int label, int[] component, Stack<int> open)
    {
        var (y, x) = Math.DivRem(pixel, ink.Width);
        for (int ny = Math.Max(0, y - 1); ny <= Math.Min(ink.Height - 1, y + 1); ny++)
        {
            for (int nx = Math.Max(0, x - 1); nx <= Math.Min(ink.Width - 1, x + 1); nx++)
            {
                int next = ny * ink.Width + nx;
                if (component[next] != 0 || ink.Values[next] <= threshold)
                    continue;
                component[next] = label;
                open.Push(next);
            }
        }
    }
}
