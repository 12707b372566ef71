namespace OnnxDigits.Data.Drawing;

/// <summary>Converts knots to a polyline along a Catmull–Rom spline.</summary>
internal static class StrokeCurve
{
    private const int StepsPerSpan = 8;

    public static void Append(ReadOnlySpan<Knot> knots, List<PenPoint> points)
    {
        points.Add(new PenPoint { X = knots[0].X, Y = knots[0].Y });
        for (int i = 0; i + 1 < knots.Length; i++)
        {
            var from = knots[i];
            var to = knots[i + 1];
            // At an end or a corner the neighbour is mirrored, so that the curve starts along its chord.
            var before = i == 0 || from.IsCorner ? Mirror(from, to) : knots[i - 1];
            var after = i + 2 == knots.Length || to.IsCorner ? Mirror(to, from) : knots[i + 2];
            for (int step = 1; step <= StepsPerSpan; step++)
            {
                double t = (double)step / StepsPerSpan;
                points.Add(new PenPoint
                {
                    X = Interpolate(before.X, from.X, to.X, after.X, t),
                    Y = Interpolate(before.Y, from.Y, to.Y, after.Y, t),
                    PenDown = true,
                });
            }
        }
    }

    private static Knot Mirror(Knot at, Knot inner) => new((2 * at.X) - inner.X, (2 * at.Y) - inner.Y);

    // Catmull–Rom between p1 and p2 by Horner's scheme.
    private static double Interpolate(double p0, double p1, double p2, double p3, double t)
    {
        double linear = p2 - p0;
        double quadratic = (2 * p0) - (5 * p1) + (4 * p2) - p3;
        double cubic = (3 * p1) - p0 - (3 * p2) + p3;
        return 0.5 * ((2 * p1) + (t * (linear + (t * (quadratic + (t * cubic))))));
    }
}
