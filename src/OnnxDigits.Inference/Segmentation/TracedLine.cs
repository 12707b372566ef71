using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>The cross-section of a line: the pixels across it at one step along it.</summary>
internal readonly record struct LineStep(int At, int First, int Last)
{
    public double Center => (First + Last) / 2.0;

    public int Thickness => Last - First + 1;
}

/// <summary>A straight thin line.</summary>
internal sealed class TracedLine(bool isUpright)
{
    /// <summary>The number of steps from which on a line has a slope.</summary>
    public const int MinSteps = 10;

    // A step that is darker than this multiple of the line's median belongs to a stroke.
    private const float MaxDarkness = 1.4f;

    // The number of steps at the end of the line from which the slope is calculated.
    private const int Memory = 40;

    private readonly List<LineStep> _steps = [];
    private double _thickness, _slope, _place;

    public IReadOnlyList<LineStep> Steps => _steps;

    public int Start => _steps[0].At;

    public int End => _steps[^1].At;

    public int Length => End - Start + 1;

    public void Add(LineStep step)
    {
        _steps.Add(step);
        _thickness += (step.Thickness - _thickness) / _steps.Count;
        if (_steps.Count < MinSteps)
        {
            _place = step.Center;
            return;
        }
        // Fits a line through the last steps by least squares.
        int first = Math.Max(0, _steps.Count - Memory), count = _steps.Count - first;
        double meanAt = 0, mean = 0, product = 0, square = 0;
        for (int i = first; i < _steps.Count; i++)
        {
            meanAt += (double)_steps[i].At / count;
            mean += _steps[i].Center / count;
        }
        for (int i = first; i < _steps.Count; i++)
        {
            product += (_steps[i].At - meanAt) * (_steps[i].Center - mean);
            square += (_steps[i].At - meanAt) * (_steps[i].At - meanAt);
        }
        _slope = product / square;
        _place = mean + (_slope * (step.At - meanAt));
    }

    /// <summary>Returns the position across the line that is expected at a step after its end.</summary>
    public double Expect(int at) => _place + (_slope * (at - End));

    /// <summary>Indicates whether another line lies in the continuation of this one.</summary>
    public bool IsContinuedBy(TracedLine other)
    {
        double slope = (_steps[^1].Center - _steps[0].Center) / Math.Max(1, Length - 1);
        return other.Length >= MinSteps && other._thickness <= (1.5 * _thickness) + 1
            && IsNear(other._steps[0]) && IsNear(other._steps[^1]);

        bool IsNear(LineStep step) =>
            Math.Abs(_steps[0].Center + (slope * (step.At - Start)) - step.Center) <= 2 * LineTracer.Tolerance;
    }

    /// <summary>Indicates whether a step is about as thin as the line.</summary>
    public bool IsAsThin(LineStep step) => _steps.Count < MinSteps || step.Thickness <= (1.5 * _thickness) + 1;

    /// <summary>Returns the position across the line at a step between its ends.</summary>
    public double At(int at) => _steps[Math.Min(_steps.Count - 1, Search(at))].Center;

    /// <summary>Returns the length of a line that crosses the picture.</summary>
    public int Side(GrayImage ink) => isUpright ? ink.Height : ink.Width;

    /// <summary>Returns the median darkness along the line.</summary>
    public float MeasureDarkness(GrayImage ink)
    {
        float[] values = [.. _steps.Select(step => MeasureDarkness(step, ink)).Order()];
        return values[values.Length / 2];
    }

    /// <summary>
    /// Removes the line's ink, and adds its darkness at each step to a list. Darker strokes on the line stay.
    /// </summary>
    public void Erase(GrayImage ink, List<float> darkness)
    {
        float darkest = MaxDarkness * MeasureDarkness(ink);
        foreach (LineStep step in _steps)
        {
            if (MeasureDarkness(step, ink) > darkest) continue;
            darkness.Add(ink.Values[Pixel(ink, step.At, (step.First + step.Last) / 2)]);
            for (int place = step.First; place <= step.Last; place++)
            {
                ink.Values[Pixel(ink, step.At, place)] = 0;
            }
        }
    }

    private float MeasureDarkness(LineStep step, GrayImage ink) => Enumerable.Range(step.First, step.Thickness)
        .Max(place => ink.Values[Pixel(ink, step.At, place)]);

    private int Pixel(GrayImage ink, int at, int place) =>
        isUpright ? (at * ink.Width) + place : (place * ink.Width) + at;

    private int Search(int at)
    {
        int found = _steps.BinarySearch(new(at, 0, 0), Comparer<LineStep>.Create((a, b) => a.At.CompareTo(b.At)));
        return found < 0 ? ~found : found;
    }
}
