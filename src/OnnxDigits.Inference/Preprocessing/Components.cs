namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The connected pieces of what is above a threshold; pixels touch by sides and corners.</summary>
internal sealed class Components
{
    private readonly int _width;
    private readonly List<InkBounds> _all = [];
    private readonly Stack<int> _open = new();

    public Components(GrayImage image, float threshold)
    {
        _width = image.Width;
        Places = new int[image.Values.Length];
        Array.Fill(Places, -1);
        for (int start = 0; start < Places.Length; start++)
        {
            if (image.Values[start] > threshold && Places[start] < 0) Fill(image, threshold, start);
        }
    }

    /// <summary>The boxes around them, in the order of their first pixels, row by row.</summary>
    public IReadOnlyList<InkBounds> All => _all;

    /// <summary>For each pixel the place of its component in <see cref="All"/>; -1 where there is none.</summary>
    public int[] Places { get; }

    private void Fill(GrayImage image, float threshold, int start)
    {
        int left = _width, top = image.Height, right = -1, bottom = -1;
        Places[start] = _all.Count;
        _open.Push(start);
        while (_open.TryPop(out int pixel))
        {
            var (y, x) = Math.DivRem(pixel, _width);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(image.Height - 1, y + 1); ny++)
            {
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(_width - 1, x + 1); nx++)
                {
                    int next = ny * _width + nx;
                    if (Places[next] >= 0 || image.Values[next] <= threshold)
                        continue;
                    Places[next] = _all.Count;
                    _open.Push(next);
                }
            }
        }
        _all.Add(new(left, top, right, bottom));
    }
}
