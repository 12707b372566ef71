namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The connected components of the pixels above a threshold. Pixels connect by sides and corners.</summary>
internal sealed class Components
{
    private readonly int _width;
    private readonly List<InkBounds> _bounds = [];
    private readonly Stack<int> _open = new();
    private int _labels;

    public Components(GrayImage image, float threshold)
    {
        _width = image.Width;
        Labels = new int[image.Values.Length];
        Array.Fill(Labels, -1);
        Label(image, threshold);
    }

    /// <summary>Adds the pixels above a lower threshold to the nearest component, or as new components.</summary>
    public void Grow(GrayImage image, float threshold)
    {
        var edge = new Queue<int>();
        for (int pixel = 0; pixel < Labels.Length; pixel++)
        {
            if (Labels[pixel] >= 0) edge.Enqueue(pixel);
        }
        while (edge.TryDequeue(out int pixel))
        {
            (int y, int x) = Math.DivRem(pixel, _width);
            int label = Labels[pixel];
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(image.Height - 1, y + 1); ny++)
            {
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(_width - 1, x + 1); nx++)
                {
                    int next = ny * _width + nx;
                    if (Labels[next] >= 0 || image.Values[next] <= threshold) continue;
                    Labels[next] = label;
                    _bounds[label] = _bounds[label].Union(new(nx, ny, nx, ny));
                    edge.Enqueue(next);
                }
            }
        }
        Label(image, threshold);
    }

    private void Label(GrayImage image, float threshold)
    {
        for (int start = 0; start < Labels.Length; start++)
        {
            if (image.Values[start] <= threshold)
            {
                int blank = GrayImage.IndexOfInk(image.Values.AsSpan(start), threshold);
                if (blank < 0) break;
                start += blank;
            }
            if (Labels[start] < 0) Fill(image, threshold, start);
        }
    }

    /// <summary>Gets the bounds of the components, in the order of their first pixels.</summary>
    public IReadOnlyList<InkBounds> Bounds => _bounds;

    /// <summary>Gets the index of each pixel's component, or −1 for the background.</summary>
    public int[] Labels { get; }

    /// <summary>Returns a new label for pixels of a component that is divided.</summary>
    public int AddLabel() => _labels++;

    private void Fill(GrayImage image, float threshold, int start)
    {
        int left = _width, top = image.Height, right = -1, bottom = -1;
        Labels[start] = _bounds.Count;
        _open.Push(start);
        while (_open.TryPop(out int pixel))
        {
            (int y, int x) = Math.DivRem(pixel, _width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(image.Height - 1, y + 1); ny++)
            {
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(_width - 1, x + 1); nx++)
                {
                    int next = ny * _width + nx;
                    if (Labels[next] >= 0 || image.Values[next] <= threshold) continue;
                    Labels[next] = _bounds.Count;
                    _open.Push(next);
                }
            }
        }
        _labels++;
        _bounds.Add(new(left, top, right, bottom));
    }
}
