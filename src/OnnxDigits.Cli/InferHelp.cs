namespace OnnxDigits.Cli;

/// <summary>The groups of the options and the text after the options in <c>infer --help</c>.</summary>
internal static class InferHelp
{
    private const string Ending = """
        Examples:
          infer photo.jpg                           one image
          infer digits/ -f csv -o digits.csv        a folder, to a CSV file
          infer "scans/**/*.png" --model dense      a glob, with the fastest network
          infer test/ --min-accuracy 0.98           labels from the folders 0 to 9
          infer test/ --report report/              a page with accuracy and mistakes
          infer - < photo.jpg                       an image from standard input
          find . -name "*.png" -print0 | infer --files-from - -0 -f csv
          infer photo.jpg --save-preprocessed out/  the image as the network sees it
          infer form.jpg --all --annotate out/      all digits, with boxes around them
          infer evaluate --data mnist/              accuracy on the MNIST test images
          infer digits/ --shard auto -o out/rows-{shard}.csv    a task of a cluster
          infer merge out/ -o digits.csv            the rows of all tasks

        Columns:
          path label digit confidence p0..p9 status error width height inverted model
          reason, line index box (with --all), top (with --top), schema.
          The status is ok, uncertain, blank (no ink) or error. The reason is low
          confidence or several digits.

        Exit codes:
          0    success
          1    some images failed
          2    the command line is invalid
          3    the model, the device or a native library is missing or invalid
          4    there are no images, the data set cannot be read, or a shard is
               missing or damaged
          5    the output cannot be written
          6    the accuracy is below --min-accuracy
          129  stopped because the terminal was closed
          130  stopped by Ctrl-C; rows so far are on standard output, not in a file
          141  the reader of the output has closed the pipe
          143  stopped by SIGTERM

        """;

    public static CommandHelp Create() => new(
        [
            ("Input",
                ["--files-from", "--null", "--include", "--exclude", "--no-recursion", "--shard", "--data",
                    "--any-digits"]),
            ("Output",
                ["--format", "--output", "--force", "--top", "--report", "--save-preprocessed", "--all",
                    "--annotate", "--quiet", "--verbose"]),
            ("Model",
                ["--model", "--allow-foreign-model", "--device", "--provider-library", "--batch-size", "--threads",
                    "--threshold", "--measure"]),
            ("Limits", ["--min-accuracy", "--on-error", "--max-errors"]),
        ],
        Ending);
}
