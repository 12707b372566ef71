using OnnxDigits.Data;

namespace OnnxDigits.Tools.Explain;

/// <summary>A network's accuracy for each shift of the images.</summary>
internal sealed class ShiftGrid
{
    private readonly double[,] _accuracy;
    private readonly int _farthest;

    private ShiftGrid(string network, int farthest)
    {
        (Network, _farthest) = (network, farthest);
        _accuracy = new double[2 * farthest + 1, 2 * farthest + 1];
    }

    public string Network { get; }

    /// <summary>Accuracy, 0..1, at a shift in pixels to the right and down.</summary>
    public double this[int right, int down] => _accuracy[right + _farthest, down + _farthest];

    public static ShiftGrid Measure(ExplainedNetwork network, DigitImages images, int farthest)
    {
        var grid = new ShiftGrid(network.Name, farthest);
        for (int right = -farthest; right <= farthest; right++)
        {
            for (int down = -farthest; down <= farthest; down++)
            {
                (int x, int y) = (right, down);
                grid._accuracy[x + farthest, y + farthest] =
                    network.Accuracy(images, (image, _) => Changes.Shift(image, x, y));
            }
        }

        return grid;
    }

    /// <summary>Mean accuracy over all shifts whose larger component is so many pixels.</summary>
    public double At(int distance)
    {
        int[] range = [.. Enumerable.Range(-distance, 2 * distance + 1)];
        return range.SelectMany(right => range
            .Where(down => Math.Max(Math.Abs(right), Math.Abs(down)) == distance)
            .Select(down => this[right, down])).Average();
    }
}
