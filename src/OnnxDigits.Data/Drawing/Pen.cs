namespace OnnxDigits.Data.Drawing;

/// <summary>
/// The line's width, how it varies with pressure, and how soft and ragged its edge is. Widths are in units of the
/// digit's height, as a pen's are on paper: what is scaled down to fit has a thinner line.
/// </summary>
internal readonly struct Pen
{
    private const double TypicalRadius = 0.0615;
    private const double RadiusDeviation = 0.37;
    private const double StrongestPressure = 0.22;
    private const double LeastRadius = 0.02;

    // People write some digits smaller than others, so the same pen's line is wider in them.
    private static readonly double[] Thicknesses = [1.18, 1.14, 1.09, 1.04, 0.95, 1.01, 1.0, 1.03, 0.94, 0.9];

    private readonly double _radius;
    private readonly double _pressure;

    /// <param name="digit">0 to 9.</param>
    /// <param name="width">Width of what is written, relative to the usual: the narrower, the finer the pen.</param>
    /// <param name="random">The hand.</param>
    public Pen(int digit, double width, ref SplitMix64 random)
    {
        _radius = TypicalRadius * Thicknesses[digit] * Math.Sqrt(width) * Series.PowerOfTwo(random.Normal(RadiusDeviation));
        _pressure = random.Uniform(0, StrongestPressure);
        Softness = random.Uniform(1.1, 1.7);
        Raggedness = random.Uniform(0, 0.08);
    }

    /// <summary>Pixels over which the edge goes from full ink to none.</summary>
    public double Softness { get; }

    /// <summary>Standard deviation in pixels of the edge's place from pixel to pixel, as a coarse scan leaves it.</summary>
    public double Raggedness { get; }

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
