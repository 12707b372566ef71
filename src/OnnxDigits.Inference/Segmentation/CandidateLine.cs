using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>The ways to divide a line into digits.</summary>
internal sealed class CandidateLine
{
    // The most parts of a digit, the greatest gap between two parts, and the greatest width. All lengths are multiples
    // of the line's height.
    private const int MaxParts = 4;
    private const double MaxGap = 0.3;
    private const double MaxWidth = 1.3;

    // The cost of a digit is the sum of this, −log p for the network's confidence p, and the following costs.
    private const double DigitCost = 0.4;

    // The cost of each unit of a gap between the digit's parts.
    private const double GapCost = 8;

    // The cost of two neighboring parts that are both at least TallHeight high.
    private const double TallCost = 1;
    private const double TallHeight = 0.7;

    // The cost of each unit of width above WideWidth.
    private const double WideCost = 5;
    private const double WideWidth = 0.95;

    // The cost of a digit of height 0. It falls linearly to 0 at LowHeight.
    private const double LowCost = 3;
    private const double LowHeight = 0.5;

    // The cost of a cut through one stroke, where two digits may touch.
    private const double TouchCost = 0.25;

    // The cost of a cut through several strokes, which may divide a 0.
    private const double CutCost = 1;

    // The cost of leaving out a part as punctuation or dust, in addition to its longer side. Only parts below LowHeight
    // and pieces below FlatHeight can be left out.
    private const double OmissionCost = 0.3;
    private const double FlatHeight = 0.15;

    private readonly List<Part> _parts;
    private readonly List<Candidate> _candidates = [];

    public CandidateLine(TextLine line)
    {
        Height = line.Height;
        _parts = [.. line.Parts.OrderBy(part => part.CenterX)];
        for (int first = 0; first < _parts.Count; first++) AddFrom(first, MaxParts);
    }

    public int Height { get; }

    public IReadOnlyList<Candidate> Candidates => _candidates;

    /// <summary>Replaces a part by its pieces.</summary>
    public void Replace(Part part, IReadOnlyList<Part> pieces)
    {
        if (pieces.Count == 1) return;
        int place = _parts.IndexOf(part), more = pieces.Count - 1;
        _parts.RemoveAt(place);
        _parts.InsertRange(place, pieces);
        foreach (Candidate candidate in _candidates)
        {
            if (candidate.First > place)
            {
                candidate.First += more;
            }
            else if (candidate.First + candidate.Count > place)
            {
                candidate.Count += more;
            }
        }
        for (int first = 0; first < pieces.Count; first++)
        {
            AddFrom(place + first, Math.Min(MaxParts, pieces.Count - first - (first == 0 ? 1 : 0)));
        }
    }

    /// <summary>Returns the digits of the division with the least cost, from left to right.</summary>
    public IReadOnlyList<Candidate> Choose()
    {
        double[] least = new double[_parts.Count + 1];
        var last = new Candidate?[_parts.Count + 1];
        Array.Fill(least, double.PositiveInfinity, 1, _parts.Count);
        ILookup<int, Candidate> byFirst = _candidates.ToLookup(candidate => candidate.First);
        for (int place = 0; place < _parts.Count; place++)
        {
            foreach (Candidate candidate in byFirst[place])
            {
                double cost = least[place] + Cost(candidate);
                int end = place + candidate.Count;
                if (cost >= least[end]) continue;
                (least[end], last[end]) = (cost, candidate);
            }
            double omission = least[place] + Omission(_parts[place]);
            if (omission < least[place + 1]) (least[place + 1], last[place + 1]) = (omission, null);
        }
        var digits = new List<Candidate>();
        for (int end = _parts.Count; end > 0; end -= last[end]?.Count ?? 1)
        {
            if (last[end] is { } candidate) digits.Insert(0, candidate);
        }
        return digits;
    }

    private void AddFrom(int first, int most)
    {
        Part? union = null;
        for (int count = 1; count <= most && first + count <= _parts.Count; count++)
        {
            Part part = _parts[first + count - 1];
            if (union is not null && (Gap(union, part) > MaxGap * Height
                || union.Bounds.Union(part.Bounds).Width > MaxWidth * Height))
            {
                return;
            }
            union = union is null ? part : union.Union(part);
            _candidates.Add(new Candidate(union, first, count));
        }
    }

    private double Cost(Candidate candidate)
    {
        InkBounds box = candidate.Part.Bounds;
        double cost = DigitCost - Math.Log(Math.Max(candidate.Prediction.Confidence, 1e-4));
        cost += LowCost * Math.Max(0, 1 - (box.Height / (LowHeight * Height)));
        cost += WideCost * Math.Max(0, ((double)box.Width / Height) - WideWidth);
        int cut = _parts[candidate.First].Cut ?? 0;
        cost += cut > 1 ? CutCost : cut * TouchCost;
        for (int i = candidate.First + 1; i < candidate.First + candidate.Count; i++)
        {
            cost += GapCost * Math.Max(0, Gap(_parts[i - 1], _parts[i])) / Height;
            if (IsTall(_parts[i - 1]) && IsTall(_parts[i])) cost += TallCost;
        }
        return cost;
    }

    private double Omission(Part part) => part.Bounds.Width < Height
        && part.Bounds.Height < (part.Cut is null ? LowHeight : FlatHeight) * Height
            ? OmissionCost + ((double)part.Bounds.Longer / Height)
            : double.PositiveInfinity;

    private bool IsTall(Part part) => part.Cut is null && part.Bounds.Height >= TallHeight * Height;

    private static int Gap(Part left, Part right) => right.Bounds.Left - left.Bounds.Right - 1;
}
