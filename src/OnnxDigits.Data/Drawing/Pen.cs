namespace OnnxDigits.Data.Drawing;

/// <summary>Represents a position of the pen and half the line's width there.</summary>
internal struct PenPoint
{
    public double X;
    public double Y;
    public double Radius;
    public bool PenDown;
}

/// <summary>
/// Represents a pen: the line's width, its variation by pressure, and the softness and roughness of its edge. Widths
/// are relative to the digit's height, so a digit that is scaled down to fit has a thinner line.
/// </summary>
internal readonly struct Pen
{
    private const double TypicalRadius = 0.0615;
    private const double RadiusDeviation = 0.37;
    private const double MaxPressure = 0.22;
    private const double MinRadius = 0.02;

    // Relative line width of each digit: the smaller people write a digit, the wider its line.
    private static readonly double[] Thicknesses = [1.18, 1.14, 1.09, 1.04, 0.95, 1.01, 1.0, 1.03, 0.94, 0.9];

    private readonly double _radius;
    private readonly double _pressure;

    /// <summary>Draws a pen at random.</summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <param name="width">The digit's width relative to its typical width. A narrower digit gets a finer pen.</param>
    /// <param name="thickness">The typical line width relative to MNIST's.</param>
    /// <param name="random">The source of randomness.</param>
    public Pen(int digit, double width, double thickness, ref SplitMix64 random)
        : this(thickness * Thicknesses[digit] * Math.Sqrt(width), ref random)
    {
    }

    /// <summary>Draws a pen at random.</summary>
    /// <param name="thickness">The typical line width relative to the line width of all digits.</param>
    /// <param name="random">The source of randomness.</param>
    public Pen(double thickness, ref SplitMix64 random)
    {
        _radius = TypicalRadius * thickness * random.LogNormal(RadiusDeviation);
        _pressure = random.Uniform(0, MaxPressure);
        Softness = random.Uniform(1.1, 1.7);
        Raggedness = random.Uniform(0, 0.08);
    }

    /// <summary>Gets the number of pixels over which the edge fades from full ink to none.</summary>
    public double Softness { get; }

    /// <summary>Gets the standard deviation of the edge's position from pixel to pixel, in pixels.</summary>
    public double Raggedness { get; }

    public void Apply(Span<PenPoint> points, ref SplitMix64 random)
    {
        // A mean-reverting random walk, because pressure changes slowly along the line.
        double pressure = random.Normal(_pressure);
        foreach (ref var point in points)
        {
            pressure = (0.9 * pressure) + random.Normal(0.4 * _pressure);
            point.Radius = Math.Max(MinRadius, _radius * (1 + pressure));
        }
    }
}
