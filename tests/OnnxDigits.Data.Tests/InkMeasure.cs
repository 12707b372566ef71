namespace OnnxDigits.Data.Tests;

/// <summary>Measures the longer side of an image's ink in pixels, its centre of mass, and the mean ink.</summary>
internal readonly record struct InkMeasure(int LongerSide, double X, double Y, double Ink)
{
    public static InkMeasure Of(ReadOnlySpan<byte> image)
    {
        int left = 28, right = -1, top = 28, bottom = -1;
        double mass = 0, x = 0, y = 0;
        for (var i = 0; i < image.Length; i++)
        {
            if (image[i] == 0) continue;
            (int row, int column) = Math.DivRem(i, 28);
            (left, right) = (Math.Min(left, column), Math.Max(right, column));
            (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row));
            mass += image[i];
            x += (double)image[i] * column;
            y += (double)image[i] * row;
        }

        int longerSide = Math.Max(right - left, bottom - top) + 1;
        return new InkMeasure(longerSide, x / mass, y / mass, mass / (255.0 * image.Length));
    }
}
