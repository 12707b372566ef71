namespace OnnxDigits.Data.Internals;

/// <summary>The line's width in pixels, how it varies with pressure, and how soft its edge is.</summary>
internal readonly struct Pen
{
    private readonly double _radius;
    private readonly double _pressure;

    private Pen(ref SplitMix64 random)
    {
        var thickness = random.Unit();
        _radius = 0.75 + (1.25 * thickness * thickness) + random.Uniform(0, 0.35);
        _pressure = random.Uniform(0, 0.22);
        Softness = random.Uniform(1.0, 1.7);
    }

    /// <summary>Pixels over which the edge goes from full ink to none.</summary>
    public double Softness { get; }

    public static Pen Draw(ref SplitMix64 random) => new(ref random);

    public void Apply(Span<PenPoint> points, ref SplitMix64 random)
    {
        // A random walk with a pull to the middle: pressure changes slowly along the line.
        var pressure = random.Normal(_pressure);
        foreach (ref var point in points)
        {
            pressure = (0.9 * pressure) + random.Normal(0.4 * _pressure);
            point.Radius = Math.Max(0.45, _radius * (1 + pressure));
        }
    }
}
