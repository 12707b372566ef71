using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>What can be measured of the ink of many images, to compare drawn digits with real ones.</summary>
/// <param name="Count">How many images have ink.</param>
/// <param name="Ink">Mean pixel, 0..1; MNIST's is 0.1307.</param>
/// <param name="Deviation">Standard deviation of all pixels; MNIST's is 0.3081.</param>
/// <param name="Pen">Mean width of the line in pixels: twice the ink over the length of its outline.</param>
/// <param name="PenDeviation">How much that differs between images.</param>
/// <param name="Aspect">Mean width over height of the ink's box.</param>
/// <param name="Slant">Mean shift to the right per pixel upwards.</param>
/// <param name="Levels">Share of pixels in sixteen equal ranges of grey; empty pixels are in none.</param>
internal sealed record InkMeasures(
    int Count, double Ink, double Deviation, double Pen, double PenDeviation, double Aspect, double Slant, double[] Levels)
{
    public const int Ranges = 16;
    private const int Side = DigitImages.Rows;

    public static InkMeasures Of(DigitImages images, Func<byte, bool> includes)
    {
        int[] chosen = [.. Enumerable.Range(0, images.Count).Where(i => includes(images.Label(i)) && HasInk(images.Image(i)))];
        var pens = new double[chosen.Length];
        var levels = new double[Ranges];
        double sum = 0, squares = 0, aspect = 0, slant = 0;
        for (var i = 0; i < chosen.Length; i++)
        {
            var image = images.Image(chosen[i]);
            foreach (var pixel in image)
            {
                var ink = pixel / 255.0;
                sum += ink;
                squares += ink * ink;
                if (pixel != 0)
                    levels[pixel * Ranges / 256]++;
            }

            pens[i] = PenWidth(image);
            var shape = InkShape.Of(image);
            aspect += shape.Aspect;
            slant += shape.Slant;
        }

        var pixels = (double)chosen.Length * DigitImages.PixelsPerImage;
        var mean = sum / pixels;
        var pen = pens.Average();
        return new InkMeasures(
            chosen.Length, mean, Math.Sqrt((squares / pixels) - (mean * mean)),
            pen, Math.Sqrt(pens.Average(width => (width - pen) * (width - pen))),
            aspect / chosen.Length, slant / chosen.Length, [.. levels.Select(count => count / pixels)]);
    }

    private static bool HasInk(ReadOnlySpan<byte> image) => image.ContainsAnyExcept((byte)0);

    // The sum of the slopes is the outline's length times full ink, however soft the edge.
    private static double PenWidth(ReadOnlySpan<byte> image)
    {
        double ink = 0, outline = 0;
        for (var y = 0; y < Side - 1; y++)
        {
            for (var x = 0; x < Side - 1; x++)
            {
                var at = (y * Side) + x;
                int first = image[at + Side + 1] - image[at], second = image[at + Side] - image[at + 1];
                outline += Math.Sqrt(((first * first) + (second * second)) / 2.0);
                ink += image[at];
            }
        }

        return 2 * ink / outline;
    }
}
