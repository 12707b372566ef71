namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Removes light that falls from one side or fades towards the corners: fits a quadratic surface to the page and
/// divides by it. A local mean alone would be biased where its window ends at the border.
/// </summary>
internal static class LightSurface
{
    private const int Terms = 6;
    private const int Samples = 20_000;
    private const int Fits = 3;

    /// <summary>Returns the picture under even light of the same mean.</summary>
    public static GrayImage Flatten(GrayImage gray)
    {
        int step = Math.Max(1, (int)Math.Sqrt(gray.Values.Length / (double)Samples));
        double mean = gray.Values.Average();
        double[] surface = Fit(gray, step);
        var flat = new GrayImage(gray.Width, gray.Height);
        for (int y = 0; y < gray.Height; y++)
        {
            var row = new Row(surface, gray, y);
            for (int x = 0; x < gray.Width; x++)
            {
                double light = Math.Max(row.At(x), mean * PreprocessingConstants.MinLight);
                int i = y * gray.Width + x;
                flat.Values[i] = (float)Math.Clamp(gray.Values[i] * mean / light, 0, 255);
            }
        }
        return flat;
    }

    // Fits by least squares. Each fit leaves out the pixels far from the previous one, which are ink.
    private static double[] Fit(GrayImage gray, int step)
    {
        double[] surface = new double[Terms];
        double farthest = double.PositiveInfinity;
        Span<double> terms = stackalloc double[Terms];
        for (int fit = 0; fit < Fits; fit++)
        {
            double[,] normal = new double[Terms, Terms + 1];
            for (int y = 0; y < gray.Height; y += step)
            {
                var row = new Row(surface, gray, y);
                for (int x = 0; x < gray.Width; x += step)
                {
                    float value = gray.Values[y * gray.Width + x];
                    if (Math.Abs(value - row.At(x)) > farthest) continue;
                    double u = Coordinate(x, gray.Width), v = Coordinate(y, gray.Height);
                    (terms[0], terms[1], terms[2], terms[3], terms[4], terms[5]) = (1, u, v, u * u, u * v, v * v);
                    for (int i = 0; i < Terms; i++)
                    {
                        for (int j = i; j < Terms; j++) normal[i, j] += terms[i] * terms[j];
                        normal[i, Terms] += terms[i] * value;
                    }
                }
            }
            for (int i = 1; i < Terms; i++)
            {
                for (int j = 0; j < i; j++) normal[i, j] = normal[j, i];
            }
            surface = Solve(normal);
            farthest = Otsu.Threshold(Distances(gray, surface, step));
        }
        return surface;
    }

    private static float[] Distances(GrayImage gray, double[] surface, int step)
    {
        var distances = new List<float>();
        for (int y = 0; y < gray.Height; y += step)
        {
            var row = new Row(surface, gray, y);
            for (int x = 0; x < gray.Width; x += step)
            {
                distances.Add((float)Math.Abs(gray.Values[y * gray.Width + x] - row.At(x)));
            }
        }
        return [.. distances];
    }

    // Coordinates run from −1 to 1 across the picture, which keeps the equations well conditioned.
    private static double Coordinate(int pixel, int size) => 2.0 * pixel / size - 1;

    /// <summary>Solves linear equations by Gauss-Jordan elimination. The last column is the right-hand side.</summary>
    private static double[] Solve(double[,] equations)
    {
        for (int column = 0; column < Terms; column++)
        {
            int pivot = Enumerable.Range(column, Terms - column).MaxBy(row => Math.Abs(equations[row, column]));
            for (int k = 0; k <= Terms; k++)
            {
                (equations[column, k], equations[pivot, k]) = (equations[pivot, k], equations[column, k]);
            }
            for (int row = 0; row < Terms; row++)
            {
                double factor = row == column ? 0 : equations[row, column] / equations[column, column];
                for (int k = column; k <= Terms; k++) equations[row, k] -= factor * equations[column, k];
            }
        }
        return [.. Enumerable.Range(0, Terms).Select(row => equations[row, Terms] / equations[row, row])];
    }

    /// <summary>The surface along one row of the picture.</summary>
    private readonly struct Row
    {
        private readonly int _width;
        private readonly double _constant;
        private readonly double _linear;
        private readonly double _square;

        public Row(double[] surface, GrayImage gray, int y)
        {
            double v = Coordinate(y, gray.Height);
            _width = gray.Width;
            _constant = surface[0] + v * (surface[2] + v * surface[5]);
            _linear = surface[1] + v * surface[4];
            _square = surface[3];
        }

        public double At(int x)
        {
            double u = Coordinate(x, _width);
            return _constant + u * (_linear + u * _square);
        }
    }
}
