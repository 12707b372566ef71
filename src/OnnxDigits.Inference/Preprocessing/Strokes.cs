namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The pieces of a photograph's ink that can be a digit's strokes: no dust, and not the desk beyond the page's edge.</summary>
internal sealed class Strokes
{
    private readonly int[] _places;
    private readonly bool[] _kept;

    /// <param name="ink">The ink.</param>
    /// <param name="threshold">What is not above it is no ink.</param>
    /// <param name="leastShare">What is shorter than this share of the longest stroke is dust, 0..1.</param>
    /// <param name="withFrame">Whether what runs across the picture or fills one of its corners stays.</param>
    public Strokes(GrayImage ink, float threshold, double leastShare, bool withFrame)
    {
        var components = new Components(ink, threshold);
        InkBounds[] pieces = [.. components.All];
        _places = components.Places;
        _kept = [.. pieces.Select(_ => true)];
        // A digit that fills the picture gives way to nothing that cannot be one.
        if (!withFrame && Frame(ink, pieces) is var frame && pieces.Where((piece, i) => !frame[i] && CanBeDigit(piece)).Any())
            _kept = [.. frame.Select(isFrame => !isFrame)];
        InkBounds[] kept = [.. pieces.Where((_, i) => _kept[i])];
        if (kept.Length == 0)
            return;

        // No speck of noise is so long, however many there are.
        HaveDigit = kept.Any(CanBeDigit);
        double least = leastShare * kept.Max(piece => piece.Longer);
        for (int i = 0; i < pieces.Length; i++) _kept[i] &= pieces[i].Longer >= least;
        kept = [.. pieces.Where((_, i) => _kept[i])];
        Bounds = new(kept.Min(piece => piece.Left), kept.Min(piece => piece.Top), kept.Max(piece => piece.Right), kept.Max(piece => piece.Bottom));
    }

    /// <summary>Around all strokes; null where there are none.</summary>
    public InkBounds? Bounds { get; }

    /// <summary>Whether one of them can be a digit: as long as the box that the network sees.</summary>
    public bool HaveDigit { get; }

    /// <summary>Whether a pixel belongs to a stroke.</summary>
    public bool Has(int pixel) => _places[pixel] >= 0 && _kept[_places[pixel]];

    private static bool CanBeDigit(InkBounds piece) => piece.Longer >= MnistForm.Box;

    // By the places of the pieces.
    private bool[] Frame(GrayImage ink, InkBounds[] pieces)
    {
        bool[] frame = [.. pieces.Select(piece => piece.Width == ink.Width || piece.Height == ink.Height)];
        int last = _places.Length - 1;
        foreach (int corner in (int[])[0, ink.Width - 1, last - ink.Width + 1, last])
        {
            if (_places[corner] >= 0) frame[_places[corner]] = true;
        }
        return frame;
    }
}
