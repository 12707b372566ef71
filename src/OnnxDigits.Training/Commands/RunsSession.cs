using System.Text;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Shared;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>Lists and compares runs; turns failures into sentences and exit codes.</summary>
internal sealed class RunsSession(RunsOptions options, TrainEnvironment environment)
{
    // Lines of a file are not wrapped.
    private const int FileWidth = 1000;

    public int List() => Try(() =>
    {
        IReadOnlyList<RunRecord> runs = RunReader.All(options.Output);
        if (runs.Count == 0) environment.Warn($"There are no runs in {options.Output}.");
        if (runs.Count > 0 || options.Format != Reports.Grid.Formats[0] || options.File is not null) Show(RunList.Of(runs));
        return ExitCode.Success;
    });

    /// <param name="names">Names of run folders, or paths.</param>
    /// <param name="picture">Where to draw their learning curves; null for nowhere.</param>
    /// <param name="palette">Its colours.</param>
    public int Compare(IReadOnlyList<string> names, string? picture, Palette palette) => Try(() =>
    {
        var runs = new List<RunRecord>();
        foreach (string name in names)
        {
            if (Find(name) is not { } run)
                return Fail(ExitCode.Usage, $"There is no run '{name}' in {options.Output}: 'runs list' shows all.");
            if (runs.Any(other => other.Folder == run.Folder))
                return Fail(ExitCode.Usage, $"The run '{name}' is named twice.");
            runs.Add(run);
        }

        Show(RunComparison.Of(runs));
        if (picture is null) return ExitCode.Success;

        (string, IReadOnlyList<EpochMetrics>)[] curves = [.. runs.Select(run => (run.Name, run.Epochs))];
        AtomicFile.Write(picture, stream => stream.Write(LearningCurves.Draw("Learning curves", curves, palette)));
        return ExitCode.Success;
    });

    private RunRecord? Find(string name) => new[] { Path.Combine(options.Output, name), name }
        .Where(Directory.Exists).Select(RunReader.Read).FirstOrDefault(run => run is not null);

    private void Show(Reports.Grid grid)
    {
        if (options.File is null)
        {
            // The console would wrap the lines of CSV and JSON too.
            Profile profile = environment.Console.Profile;
            profile.Out.Writer.Write(grid.Format(options.Format, profile.Width));
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(grid.Format(options.Format, FileWidth));
        AtomicFile.Write(options.File, stream => stream.Write(text));
    }

    private int Try(Func<int> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Output, e.Message);
        }
        catch (Exception e) when (e.GetBaseException() is DllNotFoundException missing)
        {
            return Fail(ExitCode.Model, $"A native library could not be loaded: {missing.Message}");
        }
    }

    private int Fail(int code, string sentence)
    {
        environment.Error.MarkupLineInterpolated($"[red]error:[/] {sentence}");
        return code;
    }
}
