using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>digits export</c> and <c>digits sheet</c>, which write digits as image files.</summary>
internal sealed class DigitsCommand
{
    private const int JpegQuality = 95;

    private readonly CommandContext _context;
    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder with four IDX files, 'mnist' or 'generated'. By default MNIST, and generated digits if "
            + "MNIST isn't available.",
        HelpName = "DIR|mnist|generated",
    };

    private readonly Option<string> _split = Options.OneOf("--split", "The images to use.", "train", "test");
    private readonly Option<long?> _seed = Options.Seed("Seed of generated digits.");
    private readonly Option<int?> _count = Options.Count("--count", "Number of images, starting with the first.");

    private DigitsCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context) =>
        new("digits", "Writes the digits of a data set as image files.")
        {
            new DigitsCommand(context).Export(), new DigitsCommand(context).Sheet(),
        };

    private Command Export()
    {
        var output = new Argument<string>("FOLDER") { Description = "A folder that doesn't exist yet." };
        Option<string> format = Options.OneOf("--format", "The format of the files.", "png", "jpeg");
        var command = new Command("export", "Writes a file per image, by default of all, into folders 0 to 9 by label.")
        {
            output, _data, _split, _seed, _count, format,
        };
        command.SetAction(parsed =>
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(output)!));
            if (Path.Exists(folder)) throw new IOException($"'{folder}' already exists. Choose a new folder.");

            DigitImages images = Open(parsed, int.MaxValue);
            Write(images, folder, parsed.GetValue(format)!);
            _context.Console.WriteLine($"{images.Count} files in {folder}");
            return ExitCode.Success;
        });
        return command;
    }

    private Command Sheet()
    {
        var output = new Argument<string>("FILE") { Description = "The PNG file." };
        Option<int?> columns = Options.Count("--columns", "Digits in a row.", max: 500);
        columns.DefaultValueFactory = _ => 50;
        var compare = new Option<bool>("--compare")
        {
            Description = "Add a row of generated digits, on grey, after each row.",
        };
        var rare = new Option<bool>("--rare") { Description = "Generate the added digits in rare styles." };
        var dark = new Option<bool>("--dark") { Description = "Draw for dark pages." };
        var force = new ForceOption();
        var command = new Command("sheet", "Draws digits sorted by label, 1,000 by default.")
        {
            output, _data, _split, _seed, _count, columns, compare, rare, dark, force,
        };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(output)!;
            force.CheckPicture(parsed, file);
            if (parsed.GetValue(_data) is { } data && Directory.Exists(data))
            {
                ForceOption.RefuseInputs(file, Directory.GetFiles(data));
            }

            DigitImages images = Open(parsed, 1000);
            long seed = parsed.GetValue(_seed)!.Value;
            DigitImages? generated =
                parsed.GetValue(rare) ? DigitGenerator.DrawRare(seed, images.Count)
                : parsed.GetValue(compare) ? DigitGenerator.Draw(seed, images.Count)
                : null;
            Palette palette = parsed.GetValue(dark) ? Palette.Dark : Palette.Light;
            byte[] png = DigitSheet.Draw(images, generated, parsed.GetValue(columns)!.Value, palette);
            AtomicFile.Write(file, stream => stream.Write(png));
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
    private void Write(DigitImages images, string folder, string format)
    {
        (SKEncodedImageFormat encoding, string extension) = format == "png"
            ? (SKEncodedImageFormat.Png, "png")
            : (SKEncodedImageFormat.Jpeg, "jpg");
        string temporary = $"{folder}.{Guid.NewGuid():N}.tmp";
        try
        {
            for (int digit = 0; digit < DigitImages.Classes; digit++) Directory.CreateDirectory(PathOf(digit));
            for (int i = 0; i < images.Count; i++)
            {
                _context.Stop.Stopped.ThrowIfCancellationRequested();
                using var bitmap = new SKBitmap(
                    DigitImages.Columns, DigitImages.Rows, SKColorType.Gray8, SKAlphaType.Opaque);
                images.Image(i).CopyTo(bitmap.GetPixelSpan());
                using SKData encoded = bitmap.Encode(encoding, JpegQuality);
                string name = FormattableString.Invariant($"{i:D5}.{extension}");
                using FileStream file = File.Create(Path.Combine(PathOf(images.Label(i)), name));
                encoded.SaveTo(file);
            }

            Directory.Move(temporary, folder);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw AtomicFile.Error(folder, e);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }

        string PathOf(int digit) => Path.Combine(temporary, digit.ToString(CultureInfo.InvariantCulture));
    }
}
