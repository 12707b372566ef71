using System.CommandLine;
using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary><c>digitfiles sheet OUT.png</c>: many digits at a glance, sorted by label.</summary>
internal static class SheetCommand
{
    private const int Tallest = 30_000;

    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "The PNG file." };
        var count = new Option<int>("--count") { Description = "How many digits.", DefaultValueFactory = _ => 1000 };
        var columns = new Option<int>("--columns") { Description = "Digits in a row.", DefaultValueFactory = _ => 50 };
        var compare = new Option<bool>("--compare") { Description = "Rows of generated digits between the rows." };
        count.Validators.Add(result =>
        {
            if (result.GetValue(count) is < 1 or > 100_000)
                result.AddError("--count is 1 to 100,000.");
        });
        columns.Validators.Add(result =>
        {
            if (result.GetValue(columns) is < 1 or > 1_000)
                result.AddError("--columns is 1 to 1,000.");
        });

        var command = new Command("sheet", "Draws a sheet of digits, sorted, with their labels at the left.")
        {
            output, count, columns, compare,
        };
        var data = new DataOptions(command);
        command.SetAction(parsed => Failure.ExitCodeOf(() =>
        {
            var images = data.Open(parsed);
            images = images.Slice(0, Math.Min(parsed.GetValue(count), images.Count));
            var sheet = new Sheet(parsed.GetValue(columns));
            var generated = parsed.GetValue(compare) ? DigitGenerator.Draw(data.Seed(parsed), images.Count) : null;
            for (var digit = 0; digit < DigitImages.Classes; digit++)
                sheet.Add(digit, images, generated);
            if (sheet.Height > Tallest)
            {
                throw new IOException(
                    $"The sheet would be {sheet.Height} pixels high and {Tallest} is the most; ask for more " +
                        "--columns.");
            }

            var path = parsed.GetValue(output)!;
            ImageWriter.Write(path, sheet.Draw(), sheet.Width, sheet.Height, SKEncodedImageFormat.Png);
            Console.WriteLine($"{images.Count} digits in {path}, {sheet.Width}×{sheet.Height}");
        }));
        return command;
    }
}
