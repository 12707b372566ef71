using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>Cuts a part that may be several touching digits, along seams that cross little ink.</summary>
internal static class Seams
{
    // The least distance between seams, and from a seam to a side, as a multiple of the part's height.
    private const double MinDistance = 0.15;

    // The most ink that a seam crosses, as a multiple of the part's height.
    private const double MaxInk = 0.5;
    private const int MaxSeams = 4;

    // The cost of a step sideways. It keeps seams straight where there is no ink.
    private const float Sideways = 0.05f;

    /// <summary>Cuts a part into pieces from left to right. The pixels of each piece get a new label.</summary>
    /// <param name="components">The labels of the page's pixels.</param>
    /// <param name="width">The width of the page.</param>
    /// <param name="part">The part.</param>
    /// <returns>The pieces, or the part itself if it has no narrow place.</returns>
    public static IReadOnlyList<Part> Cut(Components components, int width, Part part)
    {
        InkBounds box = part.Bounds;
        bool Has(int x, int y) => part.Labels.Contains(components.Labels[((box.Top + y) * width) + box.Left + x]);
        float[,] down = Accumulate(box, Has), up = Accumulate(box, (x, y) => Has(x, box.Height - 1 - y));
        int[] places = FindPlaces(down, up, box);
        if (places.Length == 0) return [part];
        int[][] seams = [.. places.Select(place => Follow(down, up, place, box))];

        // A stroke begins where a seam enters ink.
        int[] strokes =
        [
            .. seams.Select(seam => Enumerable.Range(0, seam.Length).Count(at =>
                Has(seam[at], at) && (at == 0 || !Has(seam[at - 1], at - 1)))),
        ];
        var pieces = new SortedDictionary<int, (int Label, InkBounds Bounds)>();
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                if (!Has(x, y)) continue;
                int order = seams.Count(seam => seam[y] < x);
                var pixel = new InkBounds(box.Left + x, box.Top + y, box.Left + x, box.Top + y);
                pieces[order] = pieces.TryGetValue(order, out var piece)
                    ? (piece.Label, piece.Bounds.Union(pixel))
                    : (components.AddLabel(), pixel);
                components.Labels[((box.Top + y) * width) + box.Left + x] = pieces[order].Label;
            }
        }
        return
        [
            .. pieces.Select(piece => new Part([piece.Value.Label], piece.Value.Bounds)
            {
                Cut = piece.Key == 0 ? 0 : strokes[piece.Key - 1],
            }),
        ];
    }

    // Returns the least cost of a path from the first row to each pixel.
    private static float[,] Accumulate(InkBounds box, Func<int, int, bool> has)
    {
        float[,] cost = new float[box.Height, box.Width];
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                float before = y == 0 ? 0 : cost[y - 1, x];
                if (y > 0 && x > 0) before = Math.Min(before, cost[y - 1, x - 1] + Sideways);
                if (y > 0 && x < box.Width - 1) before = Math.Min(before, cost[y - 1, x + 1] + Sideways);
                cost[y, x] = before + (has(x, y) ? 1 : 0);
            }
        }
        return cost;
    }

    // Returns the positions in the middle row of the seams that cross the least ink.
    private static int[] FindPlaces(float[,] down, float[,] up, InkBounds box)
    {
        int middle = box.Height / 2, distance = Math.Max(2, (int)(MinDistance * box.Height));
        double Cost(int x) => down[middle, x] + up[box.Height - 1 - middle, x];
        var places = new List<int>();
        foreach (int x in Enumerable.Range(distance, Math.Max(0, box.Width - (2 * distance))).OrderBy(Cost))
        {
            if (places.Count == MaxSeams || Cost(x) > MaxInk * box.Height) break;
            if (places.All(place => Math.Abs(place - x) >= distance)) places.Add(x);
        }
        return [.. places.Order()];
    }

    // Returns the position of a seam in each row.
    private static int[] Follow(float[,] down, float[,] up, int place, InkBounds box)
    {
        int middle = box.Height / 2;
        int[] seam = new int[box.Height];
        seam[middle] = place;
        for (int y = middle; y > 0; y--) seam[y - 1] = Next(down, y - 1, seam[y]);
        for (int y = middle; y < box.Height - 1; y++) seam[y + 1] = Next(up, box.Height - 2 - y, seam[y]);
        return seam;

        int Next(float[,] cost, int y, int x)
        {
            int best = x;
            if (x > 0 && cost[y, x - 1] + Sideways < cost[y, best]) best = x - 1;
            if (x < box.Width - 1 && cost[y, x + 1] + Sideways < cost[y, best]) best = x + 1;
            return best;
        }
    }
}
