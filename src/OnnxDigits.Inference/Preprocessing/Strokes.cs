namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// The components of a photograph's ink that can be strokes of a digit, without dust and the desk beyond the page's
/// edge.
/// </summary>
internal sealed class Strokes
{
    private readonly int[] _labels;
    private readonly bool[] _kept;

    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    /// <param name="keepsFrame">
    /// Indicates whether to keep components that span the picture or cover one of its corners.
    /// </param>
    public Strokes(GrayImage ink, Components components, bool keepsFrame)
    {
        InkBounds[] bounds = [.. components.Bounds];
        _labels = components.Labels;
        _kept = [.. bounds.Select(_ => true)];
        // A digit may span the picture too, so the frame is removed only if another component can be a digit.
        if (!keepsFrame)
        {
            bool[] frame = FindFrame(ink, bounds);
            if (bounds.Where((box, i) => !frame[i] && CanBeDigit(box)).Any())
            {
                _kept = [.. frame.Select(isFrame => !isFrame)];
            }
        }
        InkBounds[] kept = [.. bounds.Where((_, i) => _kept[i])];
        if (kept.Length == 0) return;

        HasDigit = kept.Any(CanBeDigit);
        double shortest = PreprocessingConstants.MinStrokeShare * kept.Max(box => box.Longer);
        for (int i = 0; i < bounds.Length; i++) _kept[i] &= bounds[i].Longer >= shortest;
        kept = [.. bounds.Where((_, i) => _kept[i])];
        Bounds = new(
            kept.Min(box => box.Left),
            kept.Min(box => box.Top),
            kept.Max(box => box.Right),
            kept.Max(box => box.Bottom));
    }

    /// <summary>Gets the bounds of all strokes, or <see langword="null"/> if there are none.</summary>
    public InkBounds? Bounds { get; }

    /// <summary>
    /// Gets a value that indicates whether one of the strokes can be a digit. Specks of noise are too short, however
    /// many there are.
    /// </summary>
    public bool HasDigit { get; }

    /// <summary>Returns the indexes of all pixels of the strokes.</summary>
    public int[] FindPixels()
    {
        var pixels = new List<int>();
        for (int i = 0; i < _labels.Length; i++)
        {
            if (_labels[i] >= 0 && _kept[_labels[i]]) pixels.Add(i);
        }
        return [.. pixels];
    }

    private static bool CanBeDigit(InkBounds box) => box.Longer >= MnistForm.Box;

    private bool[] FindFrame(GrayImage ink, InkBounds[] bounds)
    {
        bool[] frame = [.. bounds.Select(box => box.Width == ink.Width || box.Height == ink.Height)];
        int last = _labels.Length - 1;
        foreach (int corner in (int[])[0, ink.Width - 1, last - ink.Width + 1, last])
        {
            if (_labels[corner] >= 0) frame[_labels[corner]] = true;
        }
        return frame;
    }
}
