using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OnnxDigits.Cli.Commands;

/// <summary>Shows examples, columns and exit codes after the help of the root command.</summary>
internal sealed class HelpWithExamples(RootCommand root, HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          infer photo.jpg                           one image
          infer digits/ -f csv -o digits.csv        a folder, to a CSV file
          infer "scans/**/*.png" --model dense      a glob, with the fastest network
          infer test/ --min-accuracy 0.98           labels from the folders 0 to 9; for CI
          infer test/ --report report/              a page with accuracy, confusion matrix and mistakes
          infer - < photo.jpg                       an image from standard input
          find . -name "*.png" -print0 | infer --files-from - -0 -f csv
          infer photo.jpg --save-preprocessed out/  the image as the network sees it
          infer evaluate --data mnist/              accuracy on the MNIST test images

        Columns:
          path label digit confidence p0..p9 status error width height inverted model
          and top with --top. The status is ok, uncertain, blank (no ink) or error.

        Exit codes:
          0         success
          1         some images failed, or the accuracy is below --min-accuracy
          2         the command line is invalid
          3         the model, the device or a native library is missing or invalid
          4         there are no images, or the data set cannot be read
          5         the output cannot be written
          130, 143  stopped by Ctrl-C or SIGTERM; rows so far are on standard output, but not in a file

        """;

    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples(root, (HelpAction)option.Action!);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command == root) parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return code;
    }
}
