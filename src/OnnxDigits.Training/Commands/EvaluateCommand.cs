using System.CommandLine;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>evaluate</c>, which measures trained weights on test images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        var weights = new Argument<string>("RUN")
        {
            Description = "A run, an exported .onnx file or a weights.dat, or a shipped network.",
        };
        Option<string?> network = Options.OptionalOneOf(
            "--network", "The network of a file. By default the one with the file's name.", [.. DigitNetworks.Names]);
        Option<string> runsFolder = FitCommand.RunsFolder();
        Option<string?> data = FitCommand.Data();
        Option<bool> withMnist = FitCommand.WithMnist();
        Option<double?> minAccuracy = Options.Share(
            "--min-accuracy", "Exit with code 6 if the accuracy is below this value.");
        var command = new Command(
            "evaluate", "Measures trained weights on the test images with TorchSharp. 'infer evaluate' measures an "
                + "ONNX file with ONNX Runtime.")
        {
            weights, network, runsFolder, data, withMnist, minAccuracy,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(weights)!;
            WeightsFile file = WeightsFile.Find(name, parsed.GetValue(runsFolder)!);
            string builtIn = parsed.GetValue(network) ?? file.Network;
            if (!DigitNetworks.Names.Contains(builtIn))
            {
                throw new CommandException(
                    $"There is no network '{builtIn}'. Name the network of '{name}' with --network, or evaluate it "
                    + "with the program that trained it.");
            }

            using SequentialModel model = CommandContext.CreateNetwork(builtIn, seed: 1, file.DropoutRate);
            file.LoadInto(model);
            DigitDataSet digits = context.OpenData(parsed.GetValue(data), parsed.GetValue(withMnist));
            Evaluation evaluation = Evaluation.Of(model, digits.Test);
            context.Console.WriteLine(evaluation.Matrix.ToTable());
            context.Console.WriteLine(FormattableString.Invariant(
                $"{name} on {digits.Test.Count:N0} test images of {digits.Name}: ")
                + FormattableString.Invariant($"accuracy {evaluation.Accuracy:F4}, loss {evaluation.Loss:F4}."));
            double? bar = parsed.GetValue(minAccuracy);
            return evaluation.Accuracy < bar
                ? context.Fail(ExitCode.Accuracy, FormattableString.Invariant(
                    $"The accuracy is below --min-accuracy {bar}."))
                : ExitCode.Success;
        });
        return command;
    }
}
