using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>
/// Removes printed lines: ruled lines, squares and the boxes of forms. Strokes that cross the lines stay.
/// </summary>
internal static class Ruling
{
    // Lines are at most this thick: a number of pixels, or a fraction of the page's shorter side if that is more.
    private const int MinThickness = 6;
    private const double Thickness = 1 / 120.0;

    // When the height of the writing is measured, a line of at least LongShare of the page's side counts as printed. If
    // there is one, lines of at least PieceShare in its direction count too, because strokes interrupt printed lines.
    // Without this condition, the stems of digits that fill the picture would count as printed.
    private const double LongShare = 0.8;
    private const double PieceShare = 0.3;

    // The least length of a line, as a multiple of the writing's height.
    private const double MinLength = 2.5;

    // A line crosses the picture if it is at most this many pixels shorter.
    private const int MaxMargin = 4;

    // The greatest width of a box around one digit, as a multiple of its height.
    private const double MaxAspect = 2;

    // A line that is darker than this multiple of the median of the long lines is a stroke.
    private const float MaxDarkness = 1.4f;

    // This quantile of the darkness of all pixels is taken as the darkness of printed lines, and of strokes.
    private const double TypicalQuantile = 0.8;

    // Printed lines can be distinguished from strokes by darkness if they are at most this fraction as dark.
    private const float MaxFaintness = 0.75f;

    // Pixels up to this fraction of the way from the darkness of lines to the darkness of strokes belong to lines.
    private const float LineFraction = 0.25f;

    // The least height of a digit that touches its box, as a fraction of the box.
    private const double MinContentShare = 0.4;

    public static void Remove(GrayImage ink, float threshold)
    {
        int thickness = Math.Max(MinThickness, (int)(Math.Min(ink.Width, ink.Height) * Thickness));
        // Removes single boxes first, because their sides could be mistaken for long lines. A row of boxes does have
        // long lines.
        RemoveBoxes(ink, threshold, thickness, MaxAspect);
        if (MeasureWriting(ink, threshold, thickness, out float darkest) is not { } height) return;
        int least = (int)(MinLength * height);
        float[] written = [.. ink.Values.Where(value => value > threshold).Order()];
        float faint = MaxFaintness * written[(int)(TypicalQuantile * (written.Length - 1))];
        var printed = new List<float>();
        List<TracedLine> rails = LineTracer.Trace(ink, threshold, thickness, isUpright: false);
        rails = Erase(rails, IsPrinted, ink, printed);
        List<TracedLine> posts = LineTracer.Trace(ink, threshold, thickness, isUpright: true);
        Erase(posts, IsPrinted, ink, printed);
        RemoveFainter(ink, threshold, printed, least);
        RemoveDividers(ink, rails, posts, thickness);
        RemoveBoxes(ink, threshold, thickness, double.PositiveInfinity);

        // A picture of a few digits has no room for a long line. A printed line then crosses the picture and is fainter
        // than strokes.
        bool IsPrinted(TracedLine line)
        {
            float darkness = line.MeasureDarkness(ink);
            return (line.Length >= least && darkness <= darkest)
                || (line.Length >= line.Side(ink) - MaxMargin && darkness <= faint);
        }
    }

    // Removes printed lines and the shorter lines that continue them. Returns the removed lines.
    private static List<TracedLine> Erase(
        List<TracedLine> lines, Predicate<TracedLine> isPrinted, GrayImage ink, List<float> printed)
    {
        List<TracedLine> whole = lines.FindAll(isPrinted);
        List<TracedLine> erased = lines.FindAll(line =>
            whole.Exists(longer => longer == line || longer.IsContinuedBy(line)));
        foreach (TracedLine line in erased) line.Erase(ink, printed);
        return erased;
    }

    // Returns the height of the writing, or null if there are only lines, and the greatest darkness of printed lines.
    private static int? MeasureWriting(GrayImage ink, float threshold, int thickness, out float darkest)
    {
        var rest = new GrayImage(ink.Width, ink.Height);
        ink.Values.CopyTo(rest.Values, 0);
        var darkness = new List<float>();
        foreach (bool isUpright in (bool[])[false, true])
        {
            List<TracedLine> lines = LineTracer.Trace(rest, threshold, thickness, isUpright);
            if (!lines.Exists(line => line.Length >= LongShare * line.Side(ink))) continue;
            lines = Erase(lines, line => line.Length >= PieceShare * line.Side(ink), rest, []);
            darkness.AddRange(lines.Select(line => line.MeasureDarkness(ink)));
        }
        darkness.Sort();
        darkest = darkness.Count > 0 ? MaxDarkness * darkness[darkness.Count / 2] : float.PositiveInfinity;
        IReadOnlyList<InkBounds> parts = new Components(rest, threshold).Bounds;
        InkBounds[] small =
            [.. parts.Where(box => box.Width < LongShare * ink.Width && box.Height < LongShare * ink.Height)];
        return TextLine.TypicalHeight(small.Length > 0 ? small : parts);
    }

    // Removes pixels that are no darker than printed lines from components that are still as long as lines. Pixels
    // beside darker ones stay, because they are the soft edges of strokes.
    private static void RemoveFainter(GrayImage ink, float threshold, List<float> printed, int length)
    {
        if (printed.Count == 0) return;
        float[] written = [.. ink.Values.Where(value => value > threshold).Order()];
        if (written.Length == 0) return;
        printed.Sort();
        float line = printed[(int)(TypicalQuantile * (printed.Count - 1))];
        float pen = written[(int)(TypicalQuantile * (written.Length - 1))];
        if (line > MaxFaintness * pen) return;
        float least = line + (LineFraction * (pen - line));
        var components = new Components(ink, threshold);
        bool[] isJoined = [.. components.Bounds.Select(box => box.Longer >= length)];
        bool[] isDark = [.. ink.Values.Select(value => value > least)];
        for (int y = 0; y < ink.Height; y++)
        {
            Span<float> row = ink.Row(y);
            for (int x = 0; x < ink.Width; x++)
            {
                int label = components.Labels[(y * ink.Width) + x];
                if (label >= 0 && isJoined[label] && row[x] <= least && !IsBesideDark(x, y)) row[x] = 0;
            }
        }

        bool IsBesideDark(int x, int y)
        {
            int left = Math.Max(0, x - 1), right = Math.Min(ink.Width - 1, x + 1);
            for (int near = Math.Max(0, y - 1); near <= Math.Min(ink.Height - 1, y + 1); near++)
            {
                if (isDark.AsSpan((near * ink.Width) + left, right - left + 1).Contains(true)) return true;
            }
            return false;
        }
    }

    // Removes the sides and dividers of a row of boxes, whose upper and lower lines have been removed.
    private static void RemoveDividers(
        GrayImage ink, List<TracedLine> rails, List<TracedLine> posts, int thickness)
    {
        // A side ends where the line was. The stem of a 1 ends a little before it.
        int reach = 2 * thickness, gap = 2 * thickness / 3;
        foreach (TracedLine upper in rails)
        {
            foreach (TracedLine lower in rails)
            {
                // One of the two may also be the lower line of the next boxes.
                int start = Math.Max(upper.Start, lower.Start), end = Math.Min(upper.End, lower.End);
                TracedLine[] dividers =
                [
                    .. posts.Where(post => Touches(upper, post.Start, post) && Touches(lower, post.End, post)),
                ];
                if (!IsSide(start) || !IsSide(end)) continue;
                foreach (TracedLine post in dividers) post.Erase(ink, []);

                // A digit that touches the box may interrupt its side.
                bool IsSide(int x) => posts.Exists(post => Math.Abs(post.Steps[0].Center - x) < reach
                    && (Touches(upper, post.Start, post) || Touches(lower, post.End, post)));
            }
        }

        bool Touches(TracedLine rail, int end, TracedLine post)
        {
            double x = post.At(end);
            return x > rail.Start - reach && x < rail.End + reach && Math.Abs(rail.At((int)x) - end) <= gap;
        }
    }

    // Removes boxes that contain digits and are at most maxAspect times as wide as high, with the dividers in them.
    private static void RemoveBoxes(GrayImage ink, float threshold, int thickness, double maxAspect)
    {
        var components = new Components(ink, threshold);
        for (int i = 0; i < components.Bounds.Count; i++)
        {
            InkBounds box = components.Bounds[i];
            if (box.Width > maxAspect * box.Height) continue;
            if (Frame.Match(ink, components, i) is not { IsPage: false } frame) continue;
            if (frame.FindInside(share: 0.8) is not { } inside) continue;
            bool hasContent = components.Bounds.Any(other => inside.Contains(other)
                && other.Height >= PreprocessingConstants.MinDigitShare * inside.Height);
            if (!hasContent)
            {
                if (!HasOwnContent(components, i, inside, ink.Width)) continue;
                inside = frame.FindInside(share: 0.5)!.Value;
            }
            for (int y = box.Top; y <= box.Bottom; y++)
            {
                for (int x = box.Left; x <= box.Right; x++)
                {
                    int pixel = (y * ink.Width) + x;
                    if (components.Labels[pixel] == i && !inside.Contains(x, y)) ink.Values[pixel] = 0;
                }
            }
            foreach (TracedLine line in LineTracer.Trace(ink.Crop(inside), threshold, thickness, isUpright: true))
            {
                if (line.Length < inside.Height - thickness) continue;
                foreach (LineStep step in line.Steps)
                {
                    ink.Row(inside.Top + step.At).Slice(inside.Left + step.First, step.Last - step.First + 1).Clear();
                }
            }
        }
    }

    // Indicates whether a digit touches its box, so that both are one component. A frame may be a square 0 or 8.
    private static bool HasOwnContent(Components components, int label, InkBounds inside, int width)
    {
        int top = inside.Bottom, bottom = inside.Top;
        for (int y = inside.Top; y <= inside.Bottom; y++)
        {
            if (!components.Labels.AsSpan((y * width) + inside.Left, inside.Width).Contains(label)) continue;
            (top, bottom) = (Math.Min(top, y), y);
        }
        return bottom - top >= MinContentShare * inside.Height;
    }
}
