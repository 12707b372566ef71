using OnnxDigits.Data;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>
/// Writes the pictures of runs. A failure only causes a warning, because the other files don't need the pictures.
/// </summary>
/// <param name="warn">Receives a warning for the first picture that cannot be written.</param>
internal sealed class RunPictures(Action<string> warn)
{
    private static readonly string[] Names = ["learning", "confusion", "mistakes"];
    private bool _warned;

    /// <summary>Returns the paths of the pictures in a run folder, for light pages.</summary>
    public static IEnumerable<string> In(string folder) =>
        Names.Select(name => Path.Combine(folder, $"{name}.png")).Where(File.Exists);

    /// <summary>Writes learning curves, confusion matrix and mistakes into the run folder.</summary>
    public void Write(RunReport report, ConfusionMatrix matrix, IReadOnlyList<Mistake> mistakes, DigitDataSet data)
    {
        string title = $"{report.Run.Network}, seed {report.Run.Recipe.Seed}, on {data.Name}: "
            + FormattableString.Invariant($"test accuracy {report.Result!.TestAccuracy:F4}")
            + (report.Result.Interrupted ? ", interrupted" : "");
        IReadOnlyCollection<int> disputed = data.IsMnist ? DisputedLabels.OfMnist : [];
        string folder = report.Folder;
        Write(folder, "learning", palette => LearningCurves.Draw(title, [(report.Name, report.Epochs)], palette));
        Write(folder, "confusion", palette => ConfusionPicture.Draw(title, matrix, palette));
        Write(folder, "mistakes", palette => MistakesPicture.Draw(title, mistakes, data.Test, disputed, palette));
    }

    /// <summary>Writes the learning curves of several runs into the folder of the last.</summary>
    public void WriteComparison(IReadOnlyList<RunReport> runs)
    {
        (string, IReadOnlyList<EpochMetrics>)[] curves =
            [.. runs.Select(run => ($"{run.Run.Network}, seed {run.Run.Recipe.Seed}", run.Epochs))];
        Write(runs[^1].Folder, "comparison", palette => LearningCurves.Draw("Learning curves", curves, palette));
    }

    private void Write(string folder, string name, Func<Palette, byte[]> draw)
    {
        try
        {
            PictureFile.WriteBoth(folder, name, draw);
        }
        // Catch any exception: the cause may be a full disk or a missing native library.
        catch (Exception e)
        {
            string reason = e.GetBaseException().Message;
            if (!_warned) warn($"Some pictures are missing; all other files of the run are complete. {reason}");
            _warned = true;
        }
    }
}
