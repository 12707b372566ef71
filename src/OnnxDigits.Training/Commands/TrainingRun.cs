using System.Security.Cryptography;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Spectre.Console;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Commands;

/// <summary>Trains one network with one seed and writes report, pictures and verified model to a run folder.</summary>
/// <param name="context">The consoles, the clock and the signals.</param>
/// <param name="options">The options of the command.</param>
/// <param name="network">The name of the network.</param>
/// <param name="recipe">The training settings.</param>
/// <param name="data">The data set.</param>
/// <param name="device">The device that trains.</param>
/// <param name="name">
/// The name of the run folder, or <c>null</c> for a name with the time. The run is resumed if the folder exists.
/// </param>
internal sealed class TrainingRun(
    CommandContext context, TrainOptions options, string network, Recipe recipe, DigitDataSet data, Device device,
    string? name = null)
{
    private readonly IAnsiConsole _console = context.Console;

    /// <summary>Trains the network, resumes a stopped run, or returns the report of a finished run.</summary>
    /// <exception cref="OnnxExportException">The exported graph differs from the network.</exception>
    /// <exception cref="CommandException">The loss isn't a finite number.</exception>
    /// <exception cref="IOException">
    /// The run folder cannot be written. The message names the folder in which the network was saved instead.
    /// </exception>
    /// <exception cref="ResumeException">The run to resume has other settings, is damaged or is in use.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped before it could export.</exception>
    public RunReport Execute()
    {
        using SequentialModel model = CommandContext.CreateNetwork(network, recipe.Seed, recipe.DropoutRate);
        RunIdentity identity = RunIdentity.Of(model, recipe, data.Name, data.Sha256, device);
        if (options.From is { } from)
        {
            WeightsFile start = WeightsFile.Find(from, options.RunsFolder);
            start.LoadInto(model);
            byte[] file = File.ReadAllBytes(start.Path);
            identity = identity with { From = Convert.ToHexStringLower(SHA256.HashData(file)) };
        }
        if (options.Freeze)
        {
            model.FreezeAllButTheLastLayer();
            identity = identity with { Frozen = true };
        }

        model.MoveTo(device);
        RunReport? found =
            name is not null ? FindRun(name, identity) : options.Resume ? FindLatestRun(identity) : null;
        if (found?.ReadState() == RunState.Finished)
        {
            _console.WriteLine($"Already finished: {network} with seed {recipe.Seed} is in {found.Folder}.");
            context.Events?.Finished(found);
            return found;
        }

        using RunFolder folder =
            name is not null ? Open(Directory.CreateDirectory(Path.Combine(options.RunsFolder, name)).FullName)
            : found is not null ? Open(found.Folder)
            : Create();
        RunReport report = found is not null ? found with { Result = null, StepSeconds = 0 } : new RunReport
        {
            Folder = folder.Path,
            Started = context.Clock.GetLocalNow(),
            Arguments = context.Arguments,
            Commit = ModelMetadata.Commit,
            Run = identity,
            Parameters = model.ParameterCount,
        };
        if (found is null) folder.Write(report);
        context.Events?.Started(report);
        _console.WriteLine(model.Summary());
        _console.WriteLine(
            $"Seed {recipe.Seed}, {recipe.Epochs} {(recipe.Epochs == 1 ? "epoch" : "epochs")}, "
            + $"batch size {recipe.BatchSize}, device {identity.Device}, "
            + $"on {data.Description}.");

        var checkpoint = new Checkpoint(folder.Path, identity, context.Warn);
        TrainingResult result = Train(folder, report, model, checkpoint);
        if (recipe.KeptOf(result.Epochs) is { } kept && !double.IsFinite(kept.Loss))
        {
            throw new CommandException(
                $"{network} with seed {recipe.Seed} diverged: the loss of epoch {kept.Epoch} isn't a finite number. "
                + "Reduce optimizer.learningRate.", ExitCode.Model);
        }

        report = report with { Epochs = result.Epochs, StepSeconds = result.StepSeconds };
        using CancellationTokenRegistration announcement =
            result.Interrupted ? default : context.Stop.Stopped.Register(() => AnnounceStop("the export"));
        try
        {
            report = Finish(folder, report, model, result.Interrupted);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw new IOException($"{e.Message} {SaveElsewhere(report, model, result.Interrupted)}", e);
        }

        if (!result.Interrupted) checkpoint.Delete();
        context.Events?.Finished(report);
        return report;
    }

    // Repeats the end of the run in a temporary folder if the run folder is gone or its disk is full.
    private string SaveElsewhere(RunReport report, SequentialModel model, bool interrupted)
    {
        string path = Directory.CreateTempSubdirectory($"{network}_seed{recipe.Seed}_").FullName;
        try
        {
            using RunFolder folder = RunFolder.Open(path);
            Finish(folder, report with { Folder = path }, model, interrupted);
            return $"The network is saved in '{path}'.";
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            Directory.Delete(path, recursive: true);
            return $"The network is lost: {e.Message}";
        }
    }

    private RunReport? FindRun(string name, RunIdentity identity)
    {
        RunReport? run = RunReport.Read(Path.Combine(options.RunsFolder, name));
        if (run?.Run.DifferencesTo(identity) is not { Count: > 0 } differences) return run;

        throw new ResumeException($"'{run.Folder}' belongs to another run: {string.Join("; ", differences)}. "
            + "Use the settings of that run, or another --runs-folder.");
    }

    // The latest run that is finished or has a checkpoint. A finished run with other settings is left alone.
    private RunReport? FindLatestRun(RunIdentity identity)
    {
        RunReport? latest = RunReport.ReadAll(options.RunsFolder, context.Warn).FirstOrDefault(report =>
            report.Run.Network == network && report.Run.Recipe.Seed == recipe.Seed
            && (report.ReadState() == RunState.Finished || File.Exists(Checkpoint.PathIn(report.Folder))));
        return latest?.ReadState() == RunState.Finished && latest.Run.DifferencesTo(identity).Count > 0 ? null : latest;
    }

    private RunFolder Create()
    {
        if (options.Resume)
        {
            _console.WriteLine(
                $"Nothing to resume: there is no run of {network} with seed {recipe.Seed} in {options.RunsFolder}. "
                + "Training starts from the beginning.");
        }

        return RunFolder.Create(options.RunsFolder, network, recipe.Seed, context.Clock.GetLocalNow());
    }

    private RunFolder Open(string path)
    {
        try
        {
            if (File.Exists(Checkpoint.PathIn(path)))
            {
                _console.WriteLine($"Resuming {path} after epoch {Checkpoint.ReadHeader(path).Epochs.Length}.");
            }

            return RunFolder.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string otherwise = name is null ? ", or train without --resume" : "";
            throw new ResumeException(
                $"'{path}' cannot be resumed: {e.Message} Wait for the process that trains there{otherwise}.", e);
        }
    }

    private TrainingResult Train(RunFolder folder, RunReport report, SequentialModel model, Checkpoint checkpoint)
    {
        var trainer = new Trainer(model, recipe)
        {
            Clock = context.Clock,
            Checkpoint = checkpoint,
            Callbacks =
            [
                new EpochRecorder(folder, report, context.Warn), new ProgressLine(_console, context.Clock),
                .. context.Events is { } events ? [events.EpochsOf(report)] : Array.Empty<Callback>(),
            ],
        };
        using CancellationTokenRegistration announcement =
            context.Stop.Stopped.Register(() => AnnounceStop("this step"));
        TrainingResult result = trainer.Train(data.Train, context.Stop.Stopped);
        ProgressLine.Clear(_console);
        if (result.Interrupted)
        {
            string resume = File.Exists(Checkpoint.PathIn(folder.Path))
                ? $"continues after epoch {result.Epochs.Count}"
                : "starts from the beginning, because there is no checkpoint";
            _console.WriteLine(
                $"Stopped after step {result.Steps} of epoch {result.Epochs.Count + 1}. --resume {resume}.");
        }

        // After SIGTERM there is little time left. The checkpoint is enough to resume.
        context.Stop.Terminated.ThrowIfCancellationRequested();
        if (!result.Trained) context.Stop.Stopped.ThrowIfCancellationRequested();
        return result;
    }

    // Runs in the thread that handles signals, where an exception would end the process.
    private void AnnounceStop(string last)
    {
        string again = context.Stop.Terminated.IsCancellationRequested ? "" : "; press Ctrl-C again to stop now";
        try
        {
            ProgressLine.Clear(_console);
            context.Error.WriteLine($"Stopping after {last}{again}.");
        }
        catch (IOException)
        {
            // SIGHUP arrives after the terminal is gone.
        }
    }

    private RunReport Finish(RunFolder folder, RunReport report, SequentialModel model, bool interrupted)
    {
        // Evaluate on the device that runs the exported model.
        model.MoveTo(CPU);
        folder.Write(Path.GetFileName(report.WeightsPath), stream => model.Logits.save(stream));
        using var test = new DigitTensors(data.Test);
        var found = new List<Mistake>();
        Evaluation evaluation = Evaluation.Of(model, test, found);
        Mistake[] mistakes = [.. found.OrderByDescending(mistake => mistake.Confidence)];

        var runner = new OnnxRuntimeRunner();
        Export(model, evaluation.Accuracy, runner).Save(report.ModelPath);
        byte[] file = File.ReadAllBytes(report.ModelPath);
        report = report with
        {
            Result = new RunResult
            {
                Interrupted = interrupted,
                TestImages = test.Count,
                TestLoss = evaluation.Loss,
                TestAccuracy = evaluation.Accuracy,
                TestAccuracyWithoutDisputedLabels = data.IsMnist
                    ? Evaluation.Of(model, DisputedLabels.LeaveOut(data.Test)).Accuracy
                    : null,
                Precision = [.. Enumerable.Range(0, DigitImages.Classes).Select(evaluation.Matrix.Precision)],
                Recall = [.. Enumerable.Range(0, DigitImages.Classes).Select(evaluation.Matrix.Recall)],
                Agreement = Agreement.Measure(model, file, runner, test),
                OnnxSha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
            },
        };
        folder.Write("confusion.csv", evaluation.Matrix.ToCsv());
        folder.Write("mistakes.csv", Csv.Format(
            ["index", "label", "digit", "confidence"],
            mistakes.Select(m => (object?[])[m.Index, m.Label, m.Digit, m.Confidence])));
        folder.Write(report);
        new RunPictures(context.Warn).Write(report, evaluation.Matrix, mistakes, data);
        Show(report, evaluation.Matrix);
        return report;
    }

    private OnnxProgram Export(SequentialModel model, double accuracy, IGraphRunner runner)
    {
        // The same network gives the same bytes, so the second export adds the digest of the first to its metadata.
        Dictionary<string, string> metadata = ModelMetadata.For(network, data, recipe.Seed, accuracy);
        byte[] withoutDigest = model.ToOnnx(metadata, verifier: null).ToBytes();
        return model.ToOnnx(ModelMetadata.WithDigest(metadata, withoutDigest), runner);
    }

    private void Show(RunReport report, ConfusionMatrix matrix)
    {
        RunResult result = report.Result!;
        if (result.Interrupted)
        {
            _console.MarkupLine("[yellow]Interrupted: the weights so far are exported.[/]");
        }

        _console.WriteLine(matrix.ToTable());
        _console.MarkupInterpolated($"[bold]{network}[/] on {result.TestImages:N0} test images of {data.Name}: ");
        _console.MarkupInterpolated($"accuracy [bold]{result.TestAccuracy:F4}[/], loss {result.TestLoss:F4}, ");
        _console.WriteLine($"trained in {report.Seconds:F0} s.");
        _console.WriteLine(
            $"ONNX Runtime agrees: probabilities differ by at most {result.Agreement.LargestDifference:0.0e+0}, "
            + $"and {result.Agreement.DigitsDiffering} digits differ.");
        if (recipe.Patience > 0)
        {
            _console.WriteLine($"The weights are those of epoch {report.Kept!.Epoch} of {report.Epochs.Count}, which "
                + "has the lowest validation loss.");
        }

        // The console would wrap long paths.
        TextWriter lines = _console.Profile.Out.Writer;
        lines.WriteLine($"Model:    {Shorten(report.ModelPath)}");
        lines.WriteLine($"Report:   {Shorten(Path.Combine(report.Folder, RunReport.FileName))}");
        string[] pictures = [.. RunPictures.In(report.Folder)];
        if (pictures.Length > 0)
        {
            IEnumerable<string> others = pictures.Skip(1).Select(picture => $", {Path.GetFileName(picture)}");
            lines.WriteLine($"Pictures: {Shorten(pictures[0])}{string.Concat(others)}");
        }

        // A custom network is a program in one file. The SDK provides its path.
        string command = AppContext.GetData("EntryPointFilePath") is string file
            ? $"dotnet run -c Release {Shorten(file)} --"
            : "digit-train";
        lines.WriteLine($"Page:     {command} runs show {Shorten(report.Folder)}");
        lines.WriteLine();
    }

    // Returns the path relative to the current folder if the file is in it.
    private static string Shorten(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
