using System.CommandLine;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Data;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>infer evaluate: accuracy and loss on the data set's test images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(InferConsole console, StopSignal stop)
    {
        var data = new Option<string?>("--data")
        {
            Description = "A folder with the four IDX files, mnist, or generated; by default ONNXDIGITS_DATA, the cache, a download.",
            HelpName = "DIR|mnist|generated",
        };
        var anyDigits = new Option<bool>("--any-digits")
        {
            Description = "Take IDX files with other digests than MNIST's published ones; without it they are refused as damaged.",
        };
        var model = new ModelOptions();
        var threads = CommonOptions.Threads();
        var minAccuracy = CommonOptions.Share("--min-accuracy", "Exit with 1 when the accuracy is below this.");
        var format = CommonOptions.Format(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("evaluate", "Measures accuracy, loss and the confusion matrix on the 10,000 test images.")
        {
            data, anyDigits, threads, minAccuracy, format,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            using var classifier = model.Open(parsed);
            var options = new DigitDataOptions { Data = parsed.GetValue(data), AllowOtherDigests = parsed.GetValue(anyDigits) };
            var set = DigitDataSource.OpenAsync(options, stop.Stopped).GetAwaiter().GetResult();
            if (set.Notice is not null)
                console.Error.WriteLine($"infer: {set.Notice}");
            var evaluation = Evaluation.Run(classifier, set.Test, parsed.GetValue(threads), stop.Stopped);
            EvaluationReport.Write(console, parsed.GetValue(format), classifier.Info, set, evaluation);
            if (parsed.GetValue(minAccuracy) is not { } bar || evaluation.Accuracy >= bar)
                return ExitCode.Success;
            console.Error.WriteLine(FormattableString.Invariant(
                $"infer: the accuracy {evaluation.Accuracy:0.0000} is below --min-accuracy {bar}."));
            return ExitCode.Failed;
        });
        return command;
    }
}
