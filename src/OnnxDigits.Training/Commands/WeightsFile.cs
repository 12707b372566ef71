using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Commands;

/// <summary>Represents the weights of a run, of a saved or an exported file, or of a shipped network.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Network">The name of the network.</param>
/// <param name="DropoutRate">The rate of the dropout layers that the run was trained with.</param>
internal sealed record WeightsFile(string Path, string Network, double? DropoutRate)
{
    /// <summary>Finds weights by the name or folder of a run, a path, or the name of a shipped network.</summary>
    /// <exception cref="CommandException">There are no such weights.</exception>
    public static WeightsFile Find(string name, string runsFolder)
    {
        if (RunReport.Find(name, runsFolder) is { } run)
        {
            return new WeightsFile(run.WeightsPath, run.Run.Network, run.Run.Recipe.DropoutRate);
        }

        string shipped = System.IO.Path.Combine(AppContext.BaseDirectory, "models", $"{name}.onnx");
        string path = DigitNetworks.Names.Contains(name) && File.Exists(shipped) ? shipped : name;
        return File.Exists(path)
            ? new WeightsFile(path, System.IO.Path.GetFileNameWithoutExtension(path), null)
            : throw new CommandException(
                $"There is no run, file or shipped network '{name}'. 'runs list' shows all runs.", ExitCode.Data);
    }

    /// <summary>Copies the weights into a network.</summary>
    /// <exception cref="CommandException">The file cannot be read, or belongs to another network.</exception>
    public void LoadInto(SequentialModel model)
    {
        try
        {
            model.Load(Path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(e.Message, ExitCode.Data, e);
        }
    }
}
