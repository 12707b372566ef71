using System.Drawing;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>
/// Finds the digits of a page. Joins the parts of a digit, cuts digits that touch, and chooses between the candidates
/// by the network's confidence.
/// </summary>
internal sealed class PageReader(DigitClassifier classifier, PageInk ink)
{
    // The longer side of a larger page is reduced to at most this many pixels. Each of 200 digits then has about 50.
    private const int LongestSide = 1600;

    // A line of at most this many parts counts as specks if it is lower than this multiple of the page's digits.
    private const int MaxSpecks = 2;
    private const double MinLineHeight = 0.4;

    // Two parts are joined if they overlap horizontally by at least this fraction of the narrower part.
    private const double MinOverlap = 0.5;

    // The greatest vertical distance of joined parts, as a multiple of the higher part.
    private const double MaxDistance = 0.2;

    // The greatest height of joined parts, as a multiple of a typical digit.
    private const double MaxJoinedHeight = 1.3;

    // A part that is wider than this multiple of the line's height may be several digits.
    private const double MinPairWidth = 0.95;

    // A part that is wider than this multiple may be several digits too, if the network's confidence is below
    // MinConfidence.
    private const double MinDoubtfulWidth = 0.45;
    private const double MinConfidence = 0.9;

    // The most pixels that are searched for cuts, because a texture has many wide parts.
    private const int MaxCutPixels = 4_000_000;

    // The greatest width of a part, as a multiple of its height. A wider part is a line.
    private const double MaxAspect = 3;

    /// <summary>Reads the digits of a picture in reading order.</summary>
    public static IReadOnlyList<LocatedDigit> Read(DigitClassifier classifier, RasterImage raster)
    {
        int block = LumaConversion.BlockOf(raster, LongestSide);
        if (PageInk.Extract(LumaConversion.Convert(raster, block)) is not { } ink) return [];
        var picture = new Rectangle(0, 0, raster.Width, raster.Height);
        var digits = new List<LocatedDigit>();
        int number = 0;
        foreach (IReadOnlyList<Candidate> line in new PageReader(classifier, ink).ReadLines())
        {
            foreach (Candidate digit in line)
            {
                InkBounds box = digit.Part.Bounds;
                digits.Add(new LocatedDigit
                {
                    Box = Rectangle.Intersect(
                        picture, new(box.Left * block, box.Top * block, box.Width * block, box.Height * block)),
                    Prediction = digit.Prediction.With(new() { Inverted = ink.Inverted }),
                    Line = number,
                });
            }
            if (line.Count > 0) number++;
        }
        return digits;
    }

    private IEnumerable<IReadOnlyList<Candidate>> ReadLines()
    {
        IReadOnlyList<Part> parts = JoinStacked(ink.Parts);
        double least = MinLineHeight * (TextLine.TypicalHeight([.. parts.Select(part => part.Bounds)]) ?? 0);
        CandidateLine[] lines =
        [
            .. TextLine.Group(parts)
                .Where(line => line.Parts.Count > MaxSpecks || line.Height >= least)
                .Select(line => new CandidateLine(line)),
        ];
        Judge(lines);
        int budget = MaxCutPixels;
        foreach (CandidateLine line in lines)
        {
            foreach (Candidate whole in line.Candidates.Where(IsDoubtful(line.Height)).ToArray())
            {
                if ((budget -= whole.Part.Bounds.Area) < 0) continue;
                line.Replace(whole.Part, Seams.Cut(ink.Components, ink.Width, whole.Part));
            }
        }
        Judge(lines);
        return lines.Select(line => line.Choose().Where(digit => !IsFlat(digit.Part.Bounds)).ToArray());
    }

    private static Func<Candidate, bool> IsDoubtful(int height) => candidate => candidate.Count == 1
        && (candidate.Part.Bounds.Width > MinPairWidth * height
            || (candidate.Part.Bounds.Width > MinDoubtfulWidth * height
                && candidate.Prediction.Confidence < MinConfidence));

    private static bool IsFlat(InkBounds box) => box.Width > MaxAspect * box.Height;

    // Runs the network on all candidates that it has not seen yet.
    private void Judge(IEnumerable<CandidateLine> lines)
    {
        Candidate[] open = [.. lines.SelectMany(line => line.Candidates).Where(candidate => !candidate.IsJudged)];
        byte[] images = new byte[open.Length * DigitClassifier.ImageLength];
        Parallel.For(0, open.Length, i => ink.Place(
            open[i].Part, images.AsSpan(i * DigitClassifier.ImageLength, DigitClassifier.ImageLength)));
        var predictions = new DigitPrediction[open.Length];
        classifier.ClassifyPrepared(images, predictions);
        for (int i = 0; i < open.Length; i++) open[i].Prediction = predictions[i];
    }

    // Joins parts that are above one another, such as the bar of a 5.
    private static IReadOnlyList<Part> JoinStacked(IReadOnlyList<Part> parts)
    {
        var joined = new List<Part>();
        int height = TextLine.TypicalHeight([.. parts.Select(part => part.Bounds)]) ?? 0;
        foreach (Part part in parts.OrderByDescending(part => part.Bounds.Height))
        {
            int below = joined.FindIndex(other => IsAbove(part.Bounds, other.Bounds, height));
            if (below < 0)
            {
                joined.Add(part);
            }
            else
            {
                joined[below] = joined[below].Union(part);
            }
        }
        return joined;
    }

    private static bool IsAbove(InkBounds part, InkBounds other, int height)
    {
        int overlap = Math.Min(part.Right, other.Right) - Math.Max(part.Left, other.Left) + 1;
        int distance = Math.Max(part.Top - other.Bottom, other.Top - part.Bottom);
        InkBounds both = part.Union(other);
        return overlap >= MinOverlap * Math.Min(part.Width, other.Width) && distance <= MaxDistance * other.Height
            && both.Height <= MaxJoinedHeight * Math.Max(height, other.Height);
    }
}
