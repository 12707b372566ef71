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

    // The greatest root mean square distance of a straight edge from the line through it, as a share of the shorter
    // side.
    private const double MaxRoughness = 0.03;

    // The least mean width of a shadow, as a share of the shorter side. Wide strokes take an eighth of a picture.
    private const double MinWidth = 0.08;

    /// <summary>
    /// Indicates whether the only ink is an area between the border of the picture and a straight edge, which is a
    /// shadow or the edge of a desk.
    /// </summary>
    /// <param name="components">The components of the ink.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">The height of the picture.</param>
    public static bool AreOnlyInk(Components components, int width, int height)
    {
        int shorter = Math.Min(width, height);
        int label = -1;
        for (int i = 0; i < components.Bounds.Count; i++)
        {
            if (components.Bounds[i].Longer < PreprocessingConstants.MinDigitShare * shorter) continue;
            if (label >= 0) return false;
            label = i;
        }
        if (label < 0 || !TouchesBorder(components.Bounds[label], width, height)) return false;

        InkBounds box = components.Bounds[label];
        int[] labels = components.Labels;
        double area = 0, count = 0, x1 = 0, y1 = 0, xx = 0, xy = 0, yy = 0;
        for (int y = box.Top; y <= box.Bottom; y++)
        {
            for (int x = box.Left; x <= box.Right; x++)
            {
                int pixel = (y * width) + x;
                if (labels[pixel] != label) continue;
                area++;
                if ((x == 0 || labels[pixel - 1] == label) && (x == width - 1 || labels[pixel + 1] == label)
                    && (y == 0 || labels[pixel - width] == label)
                    && (y == height - 1 || labels[pixel + width] == label))
                {
                    continue;
                }
                (count, x1, y1) = (count + 1, x1 + x, y1 + y);
                (xx, xy, yy) = (xx + ((double)x * x), xy + ((double)x * y), yy + ((double)y * y));
            }
        }
        if (count == 0 || area < MinWidth * shorter * count) return false;
        double varianceX = (xx / count) - (x1 / count * (x1 / count));
        double varianceY = (yy / count) - (y1 / count * (y1 / count));
        double covariance = (xy / count) - (x1 / count * (y1 / count));
        double half = (varianceX - varianceY) / 2;
        double least = ((varianceX + varianceY) / 2) - Math.Sqrt((half * half) + (covariance * covariance));
        return Math.Sqrt(Math.Max(0, least)) <= MaxRoughness * shorter;
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
