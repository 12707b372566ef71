namespace OnnxDigits.Data.Internals;

/// <summary>The line's width in pixels, how it varies with pressure, and how soft its edge is.</summary>
internal readonly struct Pen
{
    private const double ThinnestRadius = 0.72;
    private const double ThickRange = 1.2;
    private const double StrongestPressure = 0.22;
    private const double LeastRadius = 0.45;

    private readonly double _radius;
    private readonly double _pressure;

    public Pen(ref SplitMix64 random)
    {
        // Most lines are thin and a few very thick; the figures give MNIST's share of ink, and of it in full black.
        var thickness = random.Unit();
        _radius = ThinnestRadius + (ThickRange * thickness * thickness) + random.Uniform(0, 0.35);
        _pressure = random.Uniform(0, StrongestPressure);
        Softness = random.Uniform(0.9, 1.5);
    }

    /// <summary>Pixels over which the edge goes from full ink to none.</summary>
    public double Softness { get; }

    public void Apply(Span<PenPoint> points, ref SplitMix64 random)
    {
        // A random walk with a pull to the middle: pressure changes slowly along the line.
        var pressure = random.Normal(_pressure);
        foreach (ref var point in points)
        {
            pressure = (0.9 * pressure) + random.Normal(0.4 * _pressure);
            point.Radius = Math.Max(LeastRadius, _radius * (1 + pressure));
        }
    }
}
