using System.Security.Cryptography;
using System.Text.Json;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Shared;
using Spectre.Console;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Trains one network with one seed and leaves a run folder with the report and the verified ONNX file.</summary>
internal sealed class TrainingRun(
    string network, Recipe recipe, DigitDataSet data, Device device, TrainOptions options, TrainEnvironment environment)
{
    private static readonly JsonSerializerOptions ArgumentsJson = new() { WriteIndented = true, NewLine = "\n" };

    private readonly IAnsiConsole _console = environment.Console;
    private readonly TimeProvider _clock = environment.Clock;

    /// <summary>Gets the path of the exported model.</summary>
    public string? OnnxFile { get; private set; }

    /// <summary>Trains, resumes, or finds the finished run.</summary>
    /// <exception cref="OnnxExportException">The exported graph does not agree with the network.</exception>
    /// <exception cref="IOException">The run folder cannot be written.</exception>
    /// <exception cref="ResumeException">The run to resume has other settings, is damaged, or is in use.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped with nothing to export.</exception>
    public RunReport Execute()
    {
        using DigitNetwork model = DigitNetworks.Create(network, recipe.Seed);
        model.MoveTo(device);
        RunIdentity identity = RunIdentity.Of(model, recipe, data.Name, data.Sha256);
        var found = options.Resume ? RunSearch.Find(options.Output, identity) : null;
        if (found is (var finished, { } finishedReport))
        {
            _console.WriteLine($"Finished already: {network} with seed {recipe.Seed} is in {finished}.");
            OnnxFile = RunSearch.ModelPath(finished, network);
            return finishedReport;
        }

        using RunFolder folder = found is (var stopped, _) ? Reopen(stopped) : Start();
        _console.WriteLine(model.Summary());
        _console.WriteLine(
            $"Seed {recipe.Seed}, {recipe.Epochs} epochs, batch {recipe.BatchSize}, on {data.Description}"
            + (device.type == DeviceType.CPU ? "." : $", by {TrainingDevice.NameOf(device)}."));
        var checkpoint = new Checkpoint(folder.Path, identity, environment.Warn);
        TrainingResult result = Train(folder, model, checkpoint);
        RunReport report = Finish(folder, model, result);
        if (!report.Interrupted) checkpoint.Delete();
        return report;
    }

    private RunFolder Start()
    {
        if (options.Resume)
        {
            _console.WriteLine(
                $"Nothing to resume for {network} with seed {recipe.Seed} in {options.Output}: "
                + "training starts from the beginning.");
        }

        RunFolder folder = RunFolder.Create(options.Output, network, recipe.Seed, _clock.GetLocalNow());
        var arguments = new
        {
            arguments = environment.Arguments,
            network,
            recipe,
            data = data.Name,
            data_sha256 = data.Sha256,
            ModelMetadata.Version,
        };
        folder.Write("arguments.json", JsonSerializer.Serialize(arguments, ArgumentsJson) + "\n");
        return folder;
    }

    private RunFolder Reopen(string path)
    {
        try
        {
            _console.WriteLine($"Resuming {path} after epoch {Checkpoint.ReadHeader(path).Epochs.Length}.");
            return RunFolder.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResumeException(
                $"'{path}' cannot be resumed: {e.Message} Wait for the process that trains there, or train without --resume.", e);
        }
    }

    private TrainingResult Train(RunFolder folder, DigitNetwork model, Checkpoint checkpoint)
    {
        StopSignal stop = environment.Stop;
        var trainer = new Trainer(model, recipe)
        {
            Clock = _clock,
            Checkpoint = checkpoint,
            Observer = new MetricsFile(folder, environment.Warn, new ProgressLine(_console, _clock)),
        };
        TrainingResult result = trainer.Train(data.Train, stop.Stopped);

        // Accuracy is measured where the exported graph runs.
        model.MoveTo(CPU);
        stop.Terminated.ThrowIfCancellationRequested();
        if (!result.Trained) stop.Stopped.ThrowIfCancellationRequested();
        return result;
    }

    private RunReport Finish(RunFolder folder, DigitNetwork model, TrainingResult result)
    {
        folder.Write("weights.dat", stream => model.Logits.save(stream));
        using var test = new DigitTensors(data.Test);
        var found = new List<Mistake>();
        Evaluation evaluation = Evaluation.Of(model, test, found);
        Mistake[] mistakes = [.. found.OrderByDescending(mistake => mistake.Probability)];
        OnnxFile = folder.FilePath($"{network}.onnx");
        var runner = new OnnxRuntimeRunner();
        OnnxProgram program = Export(model, evaluation.Accuracy, runner);
        program.Save(OnnxFile);
        byte[] file = File.ReadAllBytes(OnnxFile);
        var report = new RunReport
        {
            Network = network,
            Parameters = model.ParameterCount,
            Recipe = recipe,
            DataSet = data.Name,
            DataSetSha256 = data.Sha256,
            Threads = get_num_threads(),
            Version = ModelMetadata.Version,
            Torch = __version__,
            Device = TrainingDevice.NameOf(device),
            Interrupted = result.Interrupted,
            ValidationAccuracy = result.Epochs.LastOrDefault()?.ValidationAccuracy ?? double.NaN,
            TestLoss = evaluation.Loss,
            TestAccuracy = evaluation.Accuracy,
            TestImages = test.Count,
            TestAccuracyWithoutDisputedLabels = data.IsMnist ? AccuracyWithoutDisputedLabels(model) : null,
            Precision = [.. Enumerable.Range(0, 10).Select(evaluation.Matrix.Precision)],
            Recall = [.. Enumerable.Range(0, 10).Select(evaluation.Matrix.Recall)],
            Agreement = Agreement.Measure(model, file, runner, test),
            OnnxSha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            Seconds = result.Epochs.Sum(epoch => epoch.Seconds),
        };
        folder.Write("confusion.csv", evaluation.Matrix.ToCsv());
        folder.Write("confusion.json", RunData.ConfusionJson(evaluation.Matrix));
        folder.Write("mistakes.csv", RunData.MistakesCsv(mistakes));
        folder.Write("mistakes.json", RunData.MistakesJson(mistakes));
        folder.Write(RunReport.FileName, report.ToJson());
        Show(folder, report, evaluation.Matrix);
        new RunPictures(environment.Warn).Write(folder.Path, report, result.Epochs, evaluation.Matrix, mistakes, data);
        return report;
    }

    private double AccuracyWithoutDisputedLabels(DigitNetwork model)
    {
        using var test = new DigitTensors(DisputedLabels.LeaveOut(data.Test));
        return Evaluation.Of(model, test).Accuracy;
    }

    private OnnxProgram Export(DigitNetwork model, double accuracy, IGraphRunner runner)
    {
        // The same network gives the same bytes, so the second export adds the digest of the first to its metadata.
        Dictionary<string, string> metadata = ModelMetadata.For(network, data, recipe.Seed, accuracy);
        byte[] withoutDigest = model.ToOnnx(metadata, verifier: null).ToBytes();
        return model.ToOnnx(ModelMetadata.WithDigest(metadata, withoutDigest), runner);
    }

    private void Show(RunFolder folder, RunReport report, ConfusionMatrix matrix)
    {
        if (report.Interrupted)
        {
            _console.MarkupLine(
                "[yellow]Interrupted: the weights so far are exported. Use --resume to continue after the last whole epoch.[/]");
        }

        _console.WriteLine(matrix.ToTable());
        _console.MarkupInterpolated($"[bold]{network}[/] on {report.TestImages} test images of {report.DataSet}: ");
        _console.MarkupInterpolated($"accuracy [bold]{report.TestAccuracy:F4}[/], loss {report.TestLoss:F4}, ");
        _console.WriteLine($"trained in {report.Seconds:F0} s.");
        _console.WriteLine(
            $"ONNX Runtime agrees: largest difference of a probability {report.Agreement.LargestDifference:0.0e+0}, "
            + $"{report.Agreement.DigitsDiffering} digits differ.");
        _console.WriteLine($"Run folder: {folder.Path}");
        _console.WriteLine();
    }
}
