using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>The proportions of one image's ink.</summary>
/// <param name="Aspect">Width over height of its box.</param>
/// <param name="Slant">Shift to the right per pixel upwards, by the second moments.</param>
internal readonly record struct InkShape(double Aspect, double Slant)
{
    public static InkShape Of(ReadOnlySpan<byte> image)
    {
        int left = int.MaxValue, right = 0, top = int.MaxValue, bottom = 0;
        double mass = 0, sumX = 0, sumY = 0, sumXy = 0, sumYy = 0;
        for (var i = 0; i < image.Length; i++)
        {
            double ink = image[i];
            if (ink == 0)
                continue;
            var (y, x) = Math.DivRem(i, DigitImages.Columns);
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
            mass += ink;
            sumX += ink * x;
            sumY += ink * y;
            sumXy += ink * x * y;
            sumYy += ink * y * y;
        }

        var covariance = (sumXy / mass) - (sumX / mass * (sumY / mass));
        var variance = (sumYy / mass) - (sumY / mass * (sumY / mass));
        return new InkShape((right - left + 1.0) / (bottom - top + 1), -covariance / variance);
    }
}
