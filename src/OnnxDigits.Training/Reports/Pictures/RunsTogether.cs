namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>The learning curves of all runs of one command, in the folder of the last.</summary>
internal static class RunsTogether
{
    /// <param name="folders">Of finished runs, in order.</param>
    /// <param name="warn">Is told what went wrong.</param>
    public static void Draw(IReadOnlyList<string> folders, Action<string> warn)
    {
        if (folders.Count < 2) return;

        var curves = new Lazy<RunCurve[]>(() => [.. folders.Select(RunReader.Read).OfType<RunRecord>()
            .Select(run => run.CurveCalled($"{run.Network}, seed {run.Seed}"))]);
        const string Title = "Loss and accuracy of the runs of one command";
        var files = new PictureFiles(folders[^1], warn);
        files.Write("comparison", palette => LearningCurves.Draw(Title, curves.Value, palette));
    }
}
