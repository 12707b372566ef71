using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OnnxDigits.Cli.Commands;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class HelpWithExamples(RootCommand root, HelpAction usual) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          infer photo.jpg                        one image
          infer digits/ -f csv -o digits.csv     a folder to a file
          infer "scans/**/*.png" --model dense   a glob, the fastest network
          infer test/ --min-accuracy 0.98        folders 0 to 9 are labels; for CI
          infer test/ --report report/           mistakes and confusion matrix as a page
          infer - < photo.jpg                    an image on the standard input
          find . -name "*.png" -print0 | infer --files-from - -0 -f csv
          infer photo.jpg --save-preprocessed seen/  what the network saw
          infer evaluate --data mnist/           accuracy on the MNIST test images

        Columns:
          path label digit confidence p0..p9 status error width height inverted model, and top with --top
          status is ok, uncertain, blank (nothing on the image) or error (with its reason)

        Exit codes:
          0  all done
          1  some inputs failed, or the accuracy is below --min-accuracy
          2  the command line is wrong, or the output cannot be written
          3  the model, the device or a native library is missing or wrong
          4  there are no inputs, or the data set cannot be read
          130, 143  stopped by Ctrl-C or SIGTERM: finished rows are written, but no file of -o

        """;

    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples(root, (HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command == root)
            parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return code;
    }
}
