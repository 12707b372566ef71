namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Finds shadows, whose edges stand out from the local background as strokes do. A stroke has paper on both sides.
/// Beside the edge of a shadow, one side is as dark as the edge itself.
/// </summary>
internal static class Shadows
{
    // The least share of the surroundings that has the tone of the edge. It is 0 for a stroke and 0.5 for a long edge.
    private const double MinShare = 0.25;

    // Surroundings have the tone of the edge if they are lighter by at most this share of its contrast.
    private const float MaxDifference = 0.25f;

    // The greatest ratio of a page's sides.
    private const int MaxAspect = 2;

    // The greatest length of specks of noise, as a share of the shadow's length.
    private const double MaxSpeck = 0.2;

    // The greatest area on the wrong side of the line, as a share of the ink or the paper, whichever is less.
    private const double MaxWrong = 0.25;

    // The greatest such area per pixel of the line's length, as a share of the shorter side. More is a stroke that
    // touches the shadow.
    private const double MaxRoughness = 0.02;

    // The number of directions, of distances and of pixels across the ink that are tried.
    private const int Turns = 90;
    private const int Distances = 128;
    private const int Samples = 64;

    /// <summary>
    /// Indicates whether the only ink is an area between the border of the picture and a straight edge, which is a
    /// shadow or the edge of a desk.
    /// </summary>
    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    public static bool AreOnlyInk(GrayImage ink, Components components)
    {
        int shorter = Math.Min(ink.Width, ink.Height);
        // In a crop of a thick 1 that is cut at the ink, the paper beside the stroke is less than the ink.
        if (Math.Max(ink.Width, ink.Height) > MaxAspect * shorter) return false;
        double least = PreprocessingConstants.MinDigitShare * shorter;
        if (components.Bounds.Count(box => box.Longer >= least) > 1) return false;
        // The noise around a shadow is less than half as dark.
        float half = ink.Values.Max() / 2;
        if (ink.BorderShare(half) == 0) return false;

        var dark = new Components(ink, half);
        InkBounds[] boxes = [.. dark.Bounds];
        int longest = boxes.Max(box => box.Longer), label = Array.FindIndex(boxes, box => box.Longer == longest);
        return boxes.Count(box => box.Longer >= MaxSpeck * longest) == 1
            && TouchesBorder(boxes[label], ink.Width, ink.Height)
            && IsBesideLine(dark, label, ink.Width, ink.Height);
    }

    /// <summary>
    /// Indicates whether a straight line has the ink on one side and the paper around it on the other. A stroke has
    /// paper on both sides.
    /// </summary>
    private static bool IsBesideLine(Components components, int label, int width, int height)
    {
        InkBounds box = components.Bounds[label];
        int margin = Math.Max(2, Math.Min(box.Width, box.Height));
        int left = Math.Max(0, box.Left - margin), right = Math.Min(width - 1, box.Right + margin);
        int top = Math.Max(0, box.Top - margin), bottom = Math.Min(height - 1, box.Bottom + margin);
        int columns = Math.Min(Samples, right - left + 1), rows = Math.Min(Samples, bottom - top + 1);
        bool[] hasInk = new bool[columns * rows];
        for (int i = 0; i < hasInk.Length; i++)
        {
            int x = left + (int)((i % columns + 0.5) * (right - left + 1) / columns);
            int y = top + (int)((i / columns + 0.5) * (bottom - top + 1) / rows);
            hasInk[i] = components.Labels[(y * width) + x] == label;
        }

        // For each direction and distance of a line: the ink before it and the paper after it are on the wrong side, or
        // the other way round.
        int ink = hasInk.Count(has => has), paper = hasInk.Length - ink, least = int.MaxValue;
        Span<int> balance = stackalloc int[Distances];
        for (int turn = 0; turn < Turns; turn++)
        {
            (double sin, double cos) = Math.SinCos(Math.PI * turn / Turns);
            double lowest = Math.Min(0, cos) * columns, range = (Math.Abs(cos) * columns) + (sin * rows);
            balance.Clear();
            for (int i = 0; i < hasInk.Length; i++)
            {
                double distance = (cos * (i % columns)) + (sin * (i / columns)) - lowest;
                balance[(int)(distance / range * (Distances - 1))] += hasInk[i] ? 1 : -1;
            }
            int before = 0;
            foreach (int step in balance)
            {
                before += step;
                least = Math.Min(least, Math.Min(ink - before, paper + before));
            }
        }
        double pixelsPerSample = (double)(right - left + 1) * (bottom - top + 1) / hasInk.Length;
        return least < MaxWrong * Math.Min(ink, paper)
            && least * pixelsPerSample < MaxRoughness * Math.Min(width, height) * box.Longer;
    }

    /// <summary>Clears the components that touch the border of the picture and are edges of shadows.</summary>
    /// <param name="ink">The ink. Edges of shadows become 0.</param>
    /// <param name="gray">The photograph.</param>
    /// <param name="components">The components of the ink.</param>
    /// <param name="distance">The distance in pixels at which a stroke's surroundings are paper.</param>
    /// <param name="contrast">The difference of <paramref name="gray"/> that is 255 in <paramref name="ink"/>.</param>
    /// <param name="inverted">Indicates whether the ink is darker than the paper.</param>
    /// <returns><see langword="true"/> if there was such a component.</returns>
    public static bool RemoveEdges(
        GrayImage ink, GrayImage gray, Components components, int distance, float contrast, bool inverted)
    {
        int[] labels = components.Labels;
        bool[] touches = [.. components.Bounds.Select(box => TouchesBorder(box, ink.Width, ink.Height))];
        if (!touches.Contains(true)) return false;

        int[] around = new int[touches.Length], same = new int[touches.Length];
        for (int y = 0; y < ink.Height; y++)
        {
            for (int x = 0; x < ink.Width; x++)
            {
                int pixel = (y * ink.Width) + x, label = labels[pixel];
                if (label < 0 || !touches[label]) continue;
                Compare(x - distance, y);
                Compare(x + distance, y);
                Compare(x, y - distance);
                Compare(x, y + distance);

                void Compare(int otherX, int otherY)
                {
                    if ((uint)otherX >= (uint)ink.Width || (uint)otherY >= (uint)ink.Height) return;
                    int other = (otherY * ink.Width) + otherX;
                    if (labels[other] >= 0) return;
                    float lighter = inverted
                        ? gray.Values[other] - gray.Values[pixel] : gray.Values[pixel] - gray.Values[other];
                    around[label]++;
                    if (lighter <= MaxDifference * contrast / 255 * ink.Values[pixel]) same[label]++;
                }
            }
        }
        bool[] isEdge = [.. same.Zip(around, (part, whole) => part > MinShare * whole)];
        if (!isEdge.Contains(true)) return false;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0 && isEdge[labels[i]]) ink.Values[i] = 0;
        }
        return true;
    }

    private static bool TouchesBorder(InkBounds box, int width, int height) =>
        box.Left == 0 || box.Top == 0 || box.Right == width - 1 || box.Bottom == height - 1;
}
