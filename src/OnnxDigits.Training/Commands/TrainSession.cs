using System.Globalization;
using System.Text;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Shared;
using Spectre.Console;
using TorchOnnx;
using TorchSharp;

namespace OnnxDigits.Training.Commands;

/// <summary>All networks and seeds that the command line asked for; turns failures into sentences and exit codes.</summary>
internal sealed class TrainSession(TrainOptions options, TrainEnvironment environment)
{
    private readonly IAnsiConsole _console = environment.Console;

    public int Run()
    {
        try
        {
            if (options.Threads is int threads) torch.set_num_threads(threads);
            torch.Device device = TrainingDevice.Find(options.Device);
            DigitDataSet data = environment.OpenData(options.Data, environment.Stop.Stopped);
            if (data.Notice is string notice) _console.MarkupLineInterpolated($"[bold]{notice}[/]");
            return TrainAll(data, device);
        }
        catch (TrainingDeviceException e)
        {
            return Fail(ExitCode.Model, e.Message);
        }
        catch (DigitDataException e)
        {
            return Fail(ExitCode.Data, e.Message);
        }
        catch (ResumeException e)
        {
            return Fail(ExitCode.Resume, e.Message);
        }
        catch (OperationCanceledException) when (environment.Stop.Stopped.IsCancellationRequested)
        {
            _console.WriteLine("Stopped: --resume goes on from the last checkpoint, or starts where there is none.");
            return environment.Stop.ExitCode;
        }
        catch (OnnxExportException e)
        {
            return Fail(ExitCode.Model, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Output, $"The results cannot be written: {e.Message} Choose another folder with --output or --publish, or make room and add --resume.");
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException or NotSupportedException })
        {
            return Fail(ExitCode.Model, $"A native library could not be loaded: {e.GetBaseException().Message} Build again with 'dotnet build'.");
        }
    }

    private int TrainAll(DigitDataSet data, torch.Device device)
    {
        int code = ExitCode.Success;
        var folders = new List<string>();
        foreach (string network in options.Networks)
        {
            var runs = new List<FinishedRun>();
            for (int run = 0; run < options.Runs; run++)
            {
                environment.Stop.Stopped.ThrowIfCancellationRequested();
                var training = new TrainingRun(network, options.RecipeFor(network, run), data, device, options, environment);
                RunReport report = training.Execute();
                if (report.Interrupted) return environment.Stop.ExitCode;

                bool meetsBar = MeetsBar(report, data);
                if (!meetsBar) code = ExitCode.Failed;
                runs.Add(new FinishedRun(report, training.OnnxFile!, meetsBar));
                folders.Add(Path.GetDirectoryName(training.OnnxFile!)!);
            }

            Conclude(runs);
        }

        if (folders.Count > 1)
            new RunPictures(environment.Warn).WriteComparison([.. folders.Select(RunReader.Read).OfType<RunRecord>()]);
        return environment.Stop.Terminated.IsCancellationRequested ? environment.Stop.ExitCode : code;
    }

    private bool MeetsBar(RunReport report, DigitDataSet data)
    {
        double? bar = options.MinAccuracy ?? (data.IsMnist ? Recipe.AccuracyBar(report.Network) : null);
        if (bar is null || report.TestAccuracy >= bar) return true;

        Complain($"{report.Network} with seed {report.Recipe.Seed} has test accuracy {Invariant(report.TestAccuracy)}, below the bar of {Invariant(bar.Value)}.");
        return false;
    }

    private void Conclude(List<FinishedRun> runs)
    {
        RunReport[] reports = [.. runs.Select(run => run.Report)];
        if (runs.Count > 1)
            _console.MarkupLineInterpolated($"[bold]{reports[0].Network}[/]: mean test accuracy of {runs.Count} seeds {Invariant(reports.Average(r => r.TestAccuracy))}.");
        if (options.Publish is null) return;

        // The first seed, so that no figure decides which model is published.
        FinishedRun shipped = runs[0];
        if (!shipped.MeetsBar)
        {
            Complain($"{shipped.Report.Network} is not published, for it missed its bar; the run folder keeps it.");
            return;
        }

        Directory.CreateDirectory(options.Publish);
        string model = Path.Combine(options.Publish, $"{shipped.Report.Network}.onnx");
        string card = ModelCard.Format(shipped.Report, reports, options);
        AtomicFile.Write(model, stream => stream.Write(File.ReadAllBytes(shipped.OnnxFile)));
        AtomicFile.Write(Path.ChangeExtension(model, ".md"), stream => stream.Write(Encoding.UTF8.GetBytes(card)));
        _console.WriteLine($"Published: {model}");
    }

    private int Fail(int code, string sentence)
    {
        Complain(sentence);
        return code;
    }

    private void Complain(string sentence) => environment.Error.MarkupLineInterpolated($"[red]error:[/] {sentence}");

    private static string Invariant(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private sealed record FinishedRun(RunReport Report, string OnnxFile, bool MeetsBar);
}
