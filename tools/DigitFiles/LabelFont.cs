namespace OnnxDigits.Tools.DigitFiles;

/// <summary>Printed digits of 3×5 dots: SkiaSharp's library without dependencies brings no font.</summary>
internal static class LabelFont
{
    private const int Columns = 3;
    private const int Rows = 5;
    private const int Dot = 4;
    private const int Left = 9;
    private const int Top = 5;

    // Five rows of a digit from the top, three bits each.
    private static readonly string[] Dots =
        ["75557", "26227", "71747", "71717", "55711", "74717", "74757", "71222", "75757", "75717"];

    /// <summary>Draws a digit black near the left of a band of grey pixels.</summary>
    public static void Draw(int digit, Span<byte> grey, int width)
    {
        for (var y = 0; y < Rows * Dot; y++)
        {
            var bits = Dots[digit][y / Dot] - '0';
            for (var x = 0; x < Columns * Dot; x++)
            {
                if ((bits >> (Columns - 1 - (x / Dot)) & 1) != 0)
                    grey[((Top + y) * width) + Left + x] = 0;
            }
        }
    }
}
