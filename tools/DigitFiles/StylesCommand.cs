using System.CommandLine;
using OnnxDigits.Data;
using OnnxDigits.Data.Drawing;
using SkiaSharp;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary><c>digitfiles styles OUT.png</c>: a row of many hands for every style that is drawn.</summary>
internal static class StylesCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "The PNG file." };
        var columns = new Option<int>("--columns") { Description = "Digits in a row.", DefaultValueFactory = _ => 36 };
        var seed = new Option<long>("--seed") { Description = "The seed.", DefaultValueFactory = _ => 1 };
        columns.Validators.Add(result =>
        {
            if (result.GetValue(columns) is < 1 or > 1_000)
                result.AddError("--columns is 1 to 1,000.");
        });

        var command = new Command("styles", "Draws a row for every style of generated digits.") { output, columns, seed };
        command.SetAction(parsed => Failure.ExitCodeOf(() =>
        {
            var sheet = new Sheet(parsed.GetValue(columns));
            for (var digit = 0; digit < DigitImages.Classes; digit++)
            {
                foreach (var style in Glyphs.All[digit])
                    sheet.Add(digit, Draw(digit, style, parsed.GetValue(columns), parsed.GetValue(seed)), null);
            }

            var path = parsed.GetValue(output)!;
            ImageWriter.Write(path, sheet.Draw(), sheet.Width, sheet.Height, SKEncodedImageFormat.Png);
            Console.WriteLine($"{Glyphs.All.Sum(styles => styles.Length)} styles in {path}, {sheet.Width}×{sheet.Height}");
        }));
        return command;
    }

    private static DigitImages Draw(int digit, Glyph style, int count, long seed)
    {
        var pixels = new byte[count * DigitImages.PixelsPerImage];
        var labels = new byte[count];
        labels.AsSpan().Fill((byte)digit);
        for (var i = 0; i < count; i++)
        {
            var random = new SplitMix64(seed, i);
            DigitPainter.Paint(digit, style, ref random, pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage));
        }

        return new DigitImages(pixels, labels);
    }
}
