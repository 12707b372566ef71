using System.Drawing;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>
/// Finds the digits of a page: joins the parts of a digit, cuts digits that touch, and lets the network choose between
/// the possibilities.
/// </summary>
internal sealed class PageReader(DigitClassifier classifier, PageInk ink)
{
    // At this size, a page of 200 digits has 50 pixels for each.
    private const int LongestSide = 1600;

    // This many parts that are lower than this share of the page's digits are no line but specks.
    private const int MaxSpecks = 2;
    private const double MinLineHeight = 0.4;

    // Of parts above one another, the lower one's share of the upper one, and their distance as a share of both.
    private const double MinBeside = 0.5;
    private const double MaxAbove = 0.2;
    private const double MaxJoined = 1.3;

    // Parts that are wider than they are high, or narrower but not clearly one digit, may be several digits.
    private const double WideShare = 0.95;
    private const double NarrowShare = 0.45;
    private const double SureConfidence = 0.9;

    // Cutting takes time, and a texture has many wide parts.
    private const int MaxCutPixels = 4_000_000;

    // Flatter parts are lines.
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
        && (candidate.Part.Bounds.Width > WideShare * height
            || (candidate.Part.Bounds.Width > NarrowShare * height
                && candidate.Prediction.Confidence < SureConfidence));

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
        int beside = Math.Min(part.Right, other.Right) - Math.Max(part.Left, other.Left) + 1;
        int distance = Math.Max(part.Top - other.Bottom, other.Top - part.Bottom);
        InkBounds both = part.Union(other);
        return beside >= MinBeside * Math.Min(part.Width, other.Width) && distance <= MaxAbove * other.Height
            && both.Height <= MaxJoined * Math.Max(height, other.Height);
    }
}
