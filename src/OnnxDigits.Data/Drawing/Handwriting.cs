namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Represents a writer's distortion of the unit box around its centre: a matrix for proportions, slant and rotation,
/// and a polynomial of second and third degree for a smooth bend.
/// </summary>
internal readonly struct Handwriting
{
    private const double WidthDeviation = 0.3;
    private const double SlantDeviation = 0.24;
    private const double TurnDeviation = 0.1;

    // The typical width over height of each digit, and its slant to the right per unit of height.
    private static readonly double[] Widths = [1.0, 0.7, 0.97, 0.92, 0.88, 1.08, 0.9, 0.9, 1.02, 0.88];
    private static readonly double[] Slants = [0.19, 0.22, 0.07, 0.02, 0.17, 0.05, 0.06, -0.04, 0.11, 0.04];

    private readonly double _xx;
    private readonly double _xy;
    private readonly double _yx;
    private readonly double _yy;
    private readonly Bend _bendX;
    private readonly Bend _bendY;

    /// <summary>Draws the handwriting of a digit, 0 to 9, at random.</summary>
    public Handwriting(int digit, ref SplitMix64 random)
        : this(Widths[digit], Slants[digit], ref random)
    {
    }

    /// <summary>Draws a handwriting at random.</summary>
    /// <param name="width">The typical width over height.</param>
    /// <param name="slant">The typical slant to the right per unit of height.</param>
    /// <param name="random">The source of randomness.</param>
    public Handwriting(double width, double slant, ref SplitMix64 random)
    {
        RelativeWidth = random.LogNormal(WidthDeviation);
        width *= RelativeWidth;
        slant += random.Normal(SlantDeviation);
        double turn = random.Normal(TurnDeviation);
        // Cosine and sine from the half-angle tangent, because library functions differ between platforms.
        double half = turn / 2;
        double cos = (1 - (half * half)) / (1 + (half * half));
        double sin = 2 * half / (1 + (half * half));
        _xx = cos * width;
        _xy = (-slant * cos) - sin;
        _yx = sin * width;
        _yy = (-slant * sin) + cos;
        _bendX = new Bend(ref random);
        _bendY = new Bend(ref random);
    }

    /// <summary>Gets the width of the upright digit relative to the digit's typical width.</summary>
    public double RelativeWidth { get; }

    public void Apply(Span<PenPoint> points)
    {
        foreach (ref var point in points)
        {
            double x = point.X - 0.5;
            double y = point.Y - 0.5;
            double bentX = x + _bendX.At(x, y);
            double bentY = y + _bendY.At(x, y);
            point.X = (_xx * bentX) + (_xy * bentY);
            point.Y = (_yx * bentX) + (_yy * bentY);
        }
    }

    private readonly struct Bend(ref SplitMix64 random)
    {
        private readonly double _x2 = random.Normal(0.20);
        private readonly double _xy = random.Normal(0.25);
        private readonly double _y2 = random.Normal(0.20);
        private readonly double _x3 = random.Normal(0.25);
        private readonly double _y3 = random.Normal(0.25);

        public double At(double x, double y) =>
            (_x2 * x * x) + (_xy * x * y) + (_y2 * y * y) + (_x3 * x * x * x) + (_y3 * y * y * y);
    }
}
