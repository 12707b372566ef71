using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary><c>digitfiles export OUT</c>: one image file per digit, in ten folders named after their labels.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "A folder that does not exist yet." };
        var count = new Option<int?>("--count") { Description = "How many, from the first; all by default." };
        var format = new Option<string>("--format") { Description = "png or jpeg.", DefaultValueFactory = _ => "png" };
        format.AcceptOnlyFromAmong("png", "jpeg");
        count.Validators.Add(result =>
        {
            if (result.GetValue(count) is < 1)
                result.AddError("--count is 1 or more.");
        });

        var command = new Command("export", "Writes ten folders 0 … 9 of image files.") { output, count, format };
        var data = new DataOptions(command);
        command.SetAction(parsed => Failure.ExitCodeOf(() =>
        {
            var images = data.Open(parsed);
            images = images.Slice(0, Math.Min(parsed.GetValue(count) ?? images.Count, images.Count));
            Write(images, parsed.GetValue(output)!, parsed.GetValue(format)!);
        }));
        return command;
    }

    // The folder is filled under another name, so that it is never seen half-filled.
    private static void Write(DigitImages images, string output, string format)
    {
        output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        if (Path.Exists(output))
            throw new IOException($"{output} exists already; name a new folder.");

        var temporary = $"{output}.{Guid.NewGuid():N}.tmp";
        try
        {
            for (var digit = 0; digit < DigitImages.Classes; digit++)
                Directory.CreateDirectory(Path.Combine(temporary, Folder(digit)));
            var (extension, encoding) = format == "png" ? ("png", SKEncodedImageFormat.Png) : ("jpg", SKEncodedImageFormat.Jpeg);
            for (var i = 0; i < images.Count; i++)
            {
                var name = Path.Combine(temporary, Folder(images.Label(i)), $"{i:D5}.{extension}");
                ImageWriter.Write(name, images.Image(i), DigitImages.Columns, DigitImages.Rows, encoding);
            }

            Directory.Move(temporary, output);
        }
        catch when (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        Console.WriteLine($"{images.Count} files in {output}");
    }

    private static string Folder(int digit) => digit.ToString(CultureInfo.InvariantCulture);
}
