using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using Shared;
using SkiaSharp;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>digits export</c> and <c>digits sheet</c>, which write a data set as image files.</summary>
internal sealed class DigitsCommand
{
    private const int JpegQuality = 95;

    private readonly CommandContext _context;
    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder with four IDX files, 'mnist' or 'generated'. By default MNIST, and generated digits if it isn't available.",
    };

    private readonly Option<string> _split = Options.OneOf("--split", "The images to use: train or test.", "train", "test");
    private readonly Option<long?> _seed = Options.Seed("Seed of generated digits.");
    private readonly Option<int?> _count = Options.Count("--count", "Number of images, from the first; all by default.");

    private DigitsCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context) => new("digits", "Writes the digits of a data set as image files.")
    {
        new DigitsCommand(context).Export(), new DigitsCommand(context).Sheet(),
    };

    private Command Export()
    {
        var output = new Argument<string>("folder") { Description = "A folder that doesn't exist yet." };
        Option<string> format = Options.OneOf("--format", "png or jpeg.", "png", "jpeg");
        var command = new Command("export", "Writes one file per image into ten folders, 0 to 9, named after the labels.")
        {
            output, _data, _split, _seed, _count, format,
        };
        command.SetAction(parsed =>
        {
            DigitImages images = Open(parsed, int.MaxValue);
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(output)!));
            Write(images, folder, parsed.GetValue(format) == "png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg);
            _context.Console.WriteLine($"{images.Count} files in {folder}");
            return ExitCode.Success;
        });
        return command;
    }

    private Command Sheet()
    {
        var output = new Argument<string>("file") { Description = "The PNG file." };
        Option<int?> columns = Options.Count("--columns", "Digits in a row.", max: 500);
        columns.DefaultValueFactory = _ => 50;
        var compare = new Option<bool>("--compare") { Description = "Add a row of generated digits, on grey, after each row." };
        var dark = new Option<bool>("--dark") { Description = "Draw for dark pages." };
        var command = new Command("sheet", "Draws digits sorted by label, 1,000 by default.")
        {
            output, _data, _split, _seed, _count, columns, compare, dark,
        };
        command.SetAction(parsed =>
        {
            DigitImages images = Open(parsed, 1000);
            DigitImages? generated = parsed.GetValue(compare)
                ? DigitGenerator.Draw(parsed.GetValue(_seed)!.Value, images.Count) : null;
            Palette palette = parsed.GetValue(dark) ? Palette.Dark : Palette.Light;
            byte[] png = DigitSheet.Draw(images, generated, parsed.GetValue(columns)!.Value, palette);
            AtomicFile.Write(parsed.GetValue(output)!, stream => stream.Write(png));
            return ExitCode.Success;
        });
        return command;
    }

    private DigitImages Open(ParseResult parsed, int defaultCount)
    {
        DigitDataSet data = _context.OpenData(new DigitDataOptions
        {
            Data = parsed.GetValue(_data),
            Seed = parsed.GetValue(_seed)!.Value,
            AllowOtherDigests = true,
        });
        DigitImages images = parsed.GetValue(_split) == "test" ? data.Test : data.Train;
        return images.Slice(0, Math.Min(parsed.GetValue(_count) ?? defaultCount, images.Count));
    }

    // The folder appears when it is complete.
    private static void Write(DigitImages images, string folder, SKEncodedImageFormat format)
    {
        if (Path.Exists(folder)) throw new IOException($"'{folder}' already exists. Choose a new folder.");

        string temporary = $"{folder}.{Guid.NewGuid():N}.tmp";
        try
        {
            for (int digit = 0; digit < DigitImages.Classes; digit++) Directory.CreateDirectory(PathOf(digit));
            for (int i = 0; i < images.Count; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{i:D5}.{(format == SKEncodedImageFormat.Png ? "png" : "jpg")}");
                using var bitmap = new SKBitmap(DigitImages.Columns, DigitImages.Rows, SKColorType.Gray8, SKAlphaType.Opaque);
                images.Image(i).CopyTo(bitmap.GetPixelSpan());
                using SKData encoded = bitmap.Encode(format, JpegQuality);
                using FileStream file = File.Create(Path.Combine(PathOf(images.Label(i)), name));
                encoded.SaveTo(file);
            }

            Directory.Move(temporary, folder);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }

        string PathOf(int digit) => Path.Combine(temporary, digit.ToString(CultureInfo.InvariantCulture));
    }
}
