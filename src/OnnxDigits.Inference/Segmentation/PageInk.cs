using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>The ink of a page, and the part to which each of its pixels belongs.</summary>
internal sealed class PageInk
{
    // The least size of a part, in pixels of a photograph and of a drawing. Smaller parts are grain or dust.
    private const int MinPhotoSide = 8;
    private const int MinDrawingSide = 3;

    // Ink that is darker than this fraction of the darkest ink is the core of a stroke.
    private const float CoreShare = 0.45f;

    // The least median contrast of a photograph's ink, as a multiple of the least contrast that is not grain. The grain
    // and shadows of an empty page have less.
    private const float MinContrast = 2;

    // The most parts that are read. Only a texture has more.
    private const int MaxParts = 2000;

    private readonly GrayImage _ink;
    private readonly bool _isPhotograph;

    private PageInk(GrayImage ink, float threshold, bool isPhotograph, bool inverted)
    {
        (_ink, _isPhotograph, Inverted) = (ink, isPhotograph, inverted);
        // The soft edges of two digits on a drawing may touch.
        Components = new Components(ink, isPhotograph ? threshold : CoreShare * ink.Values.Max());
        Components.Grow(ink, threshold);
        int least = isPhotograph ? MinPhotoSide : MinDrawingSide;
        Parts =
        [
            .. Components.Bounds.Select((bounds, index) => (Item: bounds, Index: index))
                .Where(component => component.Item.Longer >= least && !IsSurrounding(component.Item))
                .OrderByDescending(component => component.Item.Height)
                .Take(MaxParts)
                .Select(component => new Part([component.Index], component.Item)),
        ];
    }

    public bool Inverted { get; }

    public Components Components { get; }

    /// <summary>Gets the components that can be parts of digits.</summary>
    public IReadOnlyList<Part> Parts { get; }

    public int Width => _ink.Width;

    /// <returns>The ink, or <see langword="null"/> if the page is blank.</returns>
    public static PageInk? Extract(GrayImage gray)
    {
        bool isPhotograph = InkExtraction.IsPhotograph(gray), inverted;
        float threshold = 0, aboveNoise = 0;
        gray = PageTones.Even(gray);
        GrayImage? ink = isPhotograph
            ? PhotoInk.Separate(gray, out threshold, out aboveNoise, out inverted)
            : InkExtraction.Separate(gray, out inverted);
        if (ink is null) return null;
        if (!isPhotograph) threshold = ink.Values.Max() * PreprocessingConstants.EdgeShare;
        Ruling.Remove(ink, threshold);
        return IsWritten(ink, threshold, MinContrast * aboveNoise)
            ? new(ink, threshold, isPhotograph, inverted)
            : null;
    }

    // Indicates whether there is ink whose median contrast is at least a value.
    private static bool IsWritten(GrayImage ink, float threshold, float contrast)
    {
        int written = 0, strong = 0;
        foreach (float value in ink.Values)
        {
            if (value <= threshold) continue;
            written++;
            if (value >= contrast) strong++;
        }
        return written > 0 && 2 * strong >= written;
    }

    /// <summary>Places a part in an image of 28×28 pixels, as a single digit is placed.</summary>
    public void Place(Part part, Span<byte> image)
    {
        InkBounds bounds = part.Bounds;
        var ink = new GrayImage(bounds.Width, bounds.Height);
        var values = new List<float>();
        for (int y = 0; y < bounds.Height; y++)
        {
            int start = ((bounds.Top + y) * _ink.Width) + bounds.Left;
            for (int x = 0; x < bounds.Width; x++)
            {
                if (!part.Labels.Contains(Components.Labels[start + x])) continue;
                ink.Row(y)[x] = _ink.Values[start + x];
                values.Add(_ink.Values[start + x]);
            }
        }
        if (_isPhotograph)
        {
            values.Sort();
            float full = values[values.Count / 2];
            for (int i = 0; i < ink.Values.Length; i++) ink.Values[i] = Math.Min(255, ink.Values[i] / full * 255);
        }
        InkPlacement.Place(ink, image);
    }

    // The desk around a photographed page covers a corner or spans the picture.
    private bool IsSurrounding(InkBounds box) => _isPhotograph
        && (box.Width == _ink.Width || box.Height == _ink.Height
            || ((box.Left == 0 || box.Right == _ink.Width - 1) && (box.Top == 0 || box.Bottom == _ink.Height - 1)));
}
