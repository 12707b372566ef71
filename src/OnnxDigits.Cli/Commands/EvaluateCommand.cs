using System.CommandLine;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Data;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer evaluate</c>, which measures a model on the test images of a data set.</summary>
internal static class EvaluateCommand
{
    public static Command Create(InferConsole console, StopSignal stop)
    {
        var data = new Option<string?>("--data")
        {
            Description = "The data set: a folder with the four IDX files, mnist, or generated. The default is "
                + "MNIST from ONNXDIGITS_DATA, the cache or a download.",
            HelpName = "DIR|mnist|generated",
            CompletionSources = { DigitDataSet.Mnist, DigitDataSet.Generated },
        };
        var anyDigits = new Option<bool>("--any-digits")
        {
            Description = "Accept IDX files that are not MNIST. Without it, their SHA-256 must match MNIST's.",
        };
        var model = new ModelOptions();
        var threads = CommonOptions.Threads();
        var minAccuracy = Options.Share(
            "--min-accuracy", "Exit with code 6 if the accuracy is below this value.");
        var format = CommonOptions.Format();
        var command = new Command("evaluate", "Measures accuracy, loss and confusion matrix on the test images.")
        {
            data, anyDigits, threads, minAccuracy, format,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            double? bar = parsed.GetValue(minAccuracy);
            using var classifier = model.Open(parsed);
            // Without a name, generated digits may replace MNIST. They are easier, so the required accuracy must not
            // apply to them.
            string? name = parsed.GetValue(data) ?? (bar is null ? null : DigitDataSet.Mnist);
            var set = DigitDataSource.OpenAsync(
                new() { Data = name, AllowOtherDigests = parsed.GetValue(anyDigits) },
                stop.Stopped).GetAwaiter().GetResult();
            if (set.Notice is not null) console.Error.WriteLine($"infer: {set.Notice}");
            int workers = parsed.GetValue(threads) ?? Environment.ProcessorCount;
            var evaluation = Evaluation.Run(classifier, set.Test, workers, stop.Stopped);
            if (Facts.IsTable(console, parsed.GetValue(format)))
            {
                evaluation.WriteTable(console.Output, classifier.Info, set);
            }
            else
            {
                console.Output.Write(Facts.ToText(evaluation.ToJson(classifier.Info, set)));
            }
            return evaluation.Accuracy < bar
                ? CommonOptions.BelowMinAccuracy(console, evaluation.Accuracy, bar.Value)
                : ExitCode.Success;
        });
        return command;
    }
}
