using System.Text.Json;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Training.Commands;

/// <summary>Writes the events of training as JSON, one object a line.</summary>
/// <param name="output">The writer that receives the lines.</param>
internal sealed class RunEvents(TextWriter output)
{
    private static readonly JsonSerializerOptions OneLine = new(ReportJson.Options) { WriteIndented = false };

    /// <summary>Writes that a run starts or continues.</summary>
    public void Started(RunReport report) => Write(new
    {
        Event = "started",
        report.Run.Network,
        report.Run.Recipe.Seed,
        report.Run.Recipe.Epochs,
        EpochsDone = report.Epochs.Count,
        report.Run.Recipe.BatchSize,
        report.Parameters,
        report.Run.DataSet,
        report.Run.Device,
        report.Folder,
    });

    /// <summary>Writes the result of a run, and the paths of its files.</summary>
    public void Finished(RunReport report) => Write(new
    {
        Event = "finished",
        report.Run.Network,
        report.Run.Recipe.Seed,
        EpochsDone = report.Epochs.Count,
        report.Seconds,
        report.Result!.Interrupted,
        report.Result.TestImages,
        report.Result.TestLoss,
        report.Result.TestAccuracy,
        report.Folder,
        Model = report.ModelPath,
        Report = Path.Combine(report.Folder, RunReport.FileName),
        Pictures = RunPictures.In(report.Folder),
    });

    /// <summary>Writes the error or signal that ends the command, or an accuracy below the required one.</summary>
    public void Failed(int exitCode, string message) => Write(new { Event = "failed", ExitCode = exitCode, message });

    /// <summary>Returns a callback that writes each epoch of a run.</summary>
    public Callback EpochsOf(RunReport report) => new Epochs(this, report);

    private void Write(object value)
    {
        output.Write(JsonSerializer.Serialize(value, OneLine) + "\n");
        output.Flush();
    }

    private sealed class Epochs(RunEvents events, RunReport report) : Callback
    {
        public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
        {
            EpochMetrics last = epochs[^1];
            events.Write(new
            {
                Event = "epoch",
                report.Run.Network,
                report.Run.Recipe.Seed,
                last.Epoch,
                report.Run.Recipe.Epochs,
                last.Loss,
                last.Accuracy,
                last.ValidationLoss,
                last.ValidationAccuracy,
                last.LearningRate,
                last.Seconds,
            });
        }
    }
}
