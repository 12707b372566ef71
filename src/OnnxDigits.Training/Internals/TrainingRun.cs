using System.Security.Cryptography;
using System.Text.Json;
using OnnxDigits.Data;
using OnnxDigits.Export;
using OnnxDigits.Export.OnnxRuntime;
using Spectre.Console;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>One network and one seed, from fresh weights to a folder with a verified ONNX file.</summary>
internal sealed class TrainingRun(string network, Recipe recipe, DigitDataSet data, TrainEnvironment environment)
{
    private static readonly JsonSerializerOptions ArgumentsJson = new() { WriteIndented = true, NewLine = "\n" };

    private readonly IAnsiConsole _console = environment.Console;
    private readonly TimeProvider _clock = environment.Clock;

    public string? OnnxFile { get; private set; }

    /// <exception cref="OnnxExportException">The exported graph does not agree with the network.</exception>
    /// <exception cref="IOException">The run folder cannot be written.</exception>
    public RunReport Execute(string output, CancellationToken cancellation)
    {
        RunFolder folder = RunFolder.Create(output, network, recipe.Seed, _clock.GetLocalNow());
        folder.Write("arguments.json", JsonSerializer.Serialize(
            new { arguments = environment.Arguments, network, recipe, data = data.Name, data_sha256 = data.Sha256, ModelMetadata.Version }, ArgumentsJson) + "\n");
        using DigitNetwork model = DigitNetworks.Create(network, recipe.Seed);
        _console.Write(SummaryTable.For(model));
        _console.WriteLine($"Seed {recipe.Seed}, {recipe.Epochs} epochs, batch {recipe.BatchSize}, on {data.Description}.");

        long started = _clock.GetTimestamp();
        var history = new MetricsFile(folder, new ProgressLine(_console, _clock));
        TrainingResult result = new Trainer(model, recipe, _clock).Train(data.Train, history, cancellation);
        double seconds = _clock.GetElapsedTime(started).TotalSeconds;
        return Finish(folder, model, result, seconds);
    }

    private RunReport Finish(RunFolder folder, DigitNetwork model, TrainingResult result, double seconds)
    {
        folder.Write("weights.dat", stream => model.Logits.save(stream));
        using var test = new DigitTensors(data.Test);
        Evaluation evaluation = Evaluation.Of(model, test);
        OnnxFile = folder.FilePath($"{network}.onnx");
        var runner = new OnnxRuntimeRunner();
        OnnxProgram program = Export(model, test, evaluation.Accuracy, runner);
        program.Save(OnnxFile);
        byte[] file = File.ReadAllBytes(OnnxFile);
        var report = new RunReport
        {
            Network = network,
            Parameters = model.ParameterCount,
            Recipe = recipe,
            DataSet = data.Name,
            DataSetSha256 = data.Sha256,
            Interrupted = result.Interrupted,
            BestEpoch = result.BestEpoch,
            ValidationAccuracy = result.BestEpoch == 0 ? double.NaN : result.Epochs[result.BestEpoch - 1].ValidationAccuracy,
            TestLoss = evaluation.Loss,
            TestAccuracy = evaluation.Accuracy,
            TestImages = test.Count,
            Precision = [.. Enumerable.Range(0, 10).Select(evaluation.Matrix.Precision)],
            Recall = [.. Enumerable.Range(0, 10).Select(evaluation.Matrix.Recall)],
            Agreement = Agreement.Measure(model, file, runner, test),
            OnnxSha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            Seconds = seconds,
        };
        folder.Write("confusion.csv", evaluation.Matrix.ToCsv());
        folder.Write("report.json", report.ToJson());
        Show(folder, report, evaluation.Matrix);
        return report;
    }

    private OnnxProgram Export(DigitNetwork model, DigitTensors test, double accuracy, IGraphRunner runner)
    {
        using Tensor example = test.Images[..1].clone();
        var options = new OnnxExportOptions
        {
            InputNames = [ModelMetadata.InputName],
            OutputNames = [ModelMetadata.OutputName],
            ModelName = network,
            ProducerName = "OnnxDigits",
            ProducerVersion = ModelMetadata.Version,
            Metadata = ModelMetadata.For(network, data, recipe.Seed, accuracy),
        };
        // The same model gives the same bytes, so only the digest's entry comes new.
        byte[] withoutDigest = OnnxExporter.Export(model.Classifier, example, options).ToBytes();
        return OnnxExporter.Export(model.Classifier, example, options with
        {
            Metadata = ModelMetadata.WithDigest(options.Metadata, withoutDigest),
            Verifier = runner,
        });
    }

    private void Show(RunFolder folder, RunReport report, ConfusionMatrix matrix)
    {
        if (report.Interrupted) _console.MarkupLine("[yellow]Interrupted: the best weights so far are kept.[/]");
        _console.WriteLine(matrix.ToTable());
        _console.MarkupLineInterpolated(
            $"[bold]{network}[/] on {report.TestImages} test images of {report.DataSet}: accuracy [bold]{report.TestAccuracy:F4}[/], loss {report.TestLoss:F4}, trained in {report.Seconds:F0} s.");
        _console.MarkupLineInterpolated(
            $"ONNX Runtime agrees: largest difference of a probability {report.Agreement.LargestDifference:0.0e+0}, {report.Agreement.DigitsDiffering} digits differ.");
        _console.WriteLine($"Run folder: {folder.Path}");
        _console.WriteLine();
    }
}
