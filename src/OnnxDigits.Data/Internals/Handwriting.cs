namespace OnnxDigits.Data.Internals;

/// <summary>
/// A hand's distortion of the unit box, centred on 0: proportions, slant and rotation (one matrix), and a smooth elastic
/// bend (a polynomial of second and third degree).
/// </summary>
internal readonly struct Handwriting
{
    private readonly double _xx;
    private readonly double _xy;
    private readonly double _yx;
    private readonly double _yy;
    private readonly Bend _bendX;
    private readonly Bend _bendY;

    private Handwriting(int digit, ref SplitMix64 random)
    {
        // The logarithm of width over height, roughly normal; 2^x by its first terms is near enough for a width.
        var width = Power(random.Normal(0.28)) * (digit == 1 ? 0.8 : 0.88);
        var slant = 0.14 + random.Normal(0.24);
        var turn = random.Normal(0.11);
        // (cos, sin) of a small angle from its half-angle tangent: exact, and no library function.
        var half = turn / 2;
        var cos = (1 - (half * half)) / (1 + (half * half));
        var sin = 2 * half / (1 + (half * half));
        _xx = cos * width;
        _xy = (-slant * cos) - sin;
        _yx = sin * width;
        _yy = (-slant * sin) + cos;
        _bendX = new Bend(ref random);
        _bendY = new Bend(ref random);
    }

    public static Handwriting Draw(int digit, ref SplitMix64 random) => new(digit, ref random);

    public void Apply(Span<PenPoint> points)
    {
        foreach (ref var point in points)
        {
            var x = point.X - 0.5;
            var y = point.Y - 0.5;
            var bentX = x + _bendX.At(x, y);
            var bentY = y + _bendY.At(x, y);
            point.X = (_xx * bentX) + (_xy * bentY);
            point.Y = (_yx * bentX) + (_yy * bentY);
        }
    }

    private static double Power(double x) => 1 + (x * (0.693 + (x * (0.24 + (x * 0.0555)))));

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
