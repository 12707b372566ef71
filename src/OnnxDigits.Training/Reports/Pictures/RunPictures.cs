using OnnxDigits.Data;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Writes the pictures of runs. Failures are warnings, because the run's other files matter more.</summary>
/// <param name="warn">Receives a warning for the first picture that cannot be written.</param>
internal sealed class RunPictures(Action<string> warn)
{
    private bool _warned;

    /// <summary>Writes learning curves, confusion matrix and mistakes into a run's folder.</summary>
    public void Write(
        string folder, RunReport report, IReadOnlyList<EpochMetrics> epochs, ConfusionMatrix matrix,
        IReadOnlyList<Mistake> mistakes, DigitDataSet data)
    {
        string title = FormattableString.Invariant(
            $"{report.Network}, seed {report.Recipe.Seed}, on {report.DataSet}: test accuracy {report.TestAccuracy:F4}")
            + (report.Interrupted ? ", interrupted" : "");
        IReadOnlyCollection<int> disputed = data.IsMnist ? DisputedLabels.OfMnist : [];
        Write(folder, "learning", palette => LearningCurves.Draw(title, [(report.Network, epochs)], palette));
        Write(folder, "confusion", palette => ConfusionPicture.Draw(title, matrix, palette));
        Write(folder, "mistakes", palette => MistakesPicture.Draw(title, mistakes, data.Test, disputed, palette));
    }

    /// <summary>Writes the learning curves of several runs into the folder of the last.</summary>
    public void WriteComparison(IReadOnlyList<RunRecord> runs)
    {
        (string, IReadOnlyList<EpochMetrics>)[] curves = [.. runs.Select(run => ($"{run.Network}, seed {run.Seed}", run.Epochs))];
        Write(runs[^1].Folder, "comparison", palette => LearningCurves.Draw("Learning curves of all runs", curves, palette));
    }

    private void Write(string folder, string name, Func<Palette, byte[]> draw)
    {
        try
        {
            PictureFile.WriteBoth(folder, name, draw);
        }
        // Any failure, from a full disk to a missing native library.
        catch (Exception e) when (!_warned)
        {
            _warned = true;
            warn($"Some pictures are missing; all other files of the run are complete. {e.GetBaseException().Message}");
        }
        catch
        {
            // The first failure was reported.
        }
    }
}
