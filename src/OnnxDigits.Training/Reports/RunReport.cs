using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>Represents the settings, epochs and result of a training run, saved as <c>report.json</c>.</summary>
/// <remarks>The file is written when the run starts, after each epoch and at the end.</remarks>
internal sealed record RunReport
{
    /// <summary>The name of the file in a run folder.</summary>
    public const string FileName = "report.json";

    private const int CurrentSchema = 2;

    /// <summary>Gets the version of the file's format.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Gets the full path of the run folder.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>Gets the time at which the run started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the arguments of the command line.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the commit that the program was built from, or <c>null</c> if it is unknown.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the settings that decide the weights.</summary>
    public required RunIdentity Run { get; init; }

    /// <summary>Gets the number of trainable parameters of the network, including those that are frozen.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets the metrics of the completed epochs.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>Gets the duration of the steps after the last complete epoch, in seconds.</summary>
    public double StepSeconds { get; init; }

    /// <summary>Gets the result, or <c>null</c> if the network hasn't been evaluated yet.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Gets the name of the run folder.</summary>
    [JsonIgnore]
    public string Name => Path.GetFileName(Folder);

    /// <summary>Gets the path of the exported model.</summary>
    [JsonIgnore]
    public string ModelPath => Path.Combine(Folder, $"{Run.Network}.onnx");

    /// <summary>Gets the path of the weights for TorchSharp.</summary>
    [JsonIgnore]
    public string WeightsPath => Path.Combine(Folder, "weights.dat");

    /// <summary>Gets the epoch whose weights the run keeps, or <c>null</c> if there are no epochs.</summary>
    [JsonIgnore]
    public EpochMetrics? Kept => Run.Recipe.KeptOf(Epochs);

    /// <summary>Gets the duration of all epochs and steps in seconds.</summary>
    [JsonIgnore]
    public double Seconds => Epochs.Sum(epoch => epoch.Seconds) + StepSeconds;

    /// <summary>Reads all reports in a folder of run folders, the latest run first.</summary>
    /// <param name="runsFolder">The folder. It may be missing.</param>
    /// <param name="warn">Receives a warning for each report that cannot be read.</param>
    public static IReadOnlyList<RunReport> ReadAll(string runsFolder, Action<string> warn)
    {
        if (!Directory.Exists(runsFolder)) return [];

        var reports = new List<RunReport>();
        foreach (string folder in Directory.GetDirectories(runsFolder))
        {
            try
            {
                if (Read(folder) is { } report) reports.Add(report);
            }
            catch (IOException e)
            {
                warn(e.Message);
            }
        }

        reports.Sort((a, b) => a.Started == b.Started
            ? string.CompareOrdinal(a.Name, b.Name)
            : b.Started.CompareTo(a.Started));
        return reports;
    }

    /// <summary>Reads the report of a run.</summary>
    /// <param name="name">The name of the run folder, or its path.</param>
    /// <param name="runsFolder">The folder that holds the run folders.</param>
    /// <returns><c>null</c> if there is no such run.</returns>
    /// <exception cref="CommandException">The report is damaged or cannot be read.</exception>
    public static RunReport? Find(string name, string runsFolder)
    {
        try
        {
            return Read(Path.Combine(runsFolder, name)) ?? Read(name);
        }
        catch (IOException e)
        {
            throw new CommandException(e.Message, ExitCode.Data, e);
        }
    }

    /// <summary>Reads the report in a run folder.</summary>
    /// <returns><c>null</c> if the folder has no report.</returns>
    /// <exception cref="IOException">The report is damaged or cannot be read.</exception>
    public static RunReport? Read(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return null;

        try
        {
            byte[] json = File.ReadAllBytes(file);
            int schema = ReportJson.Read<Header>(json).Schema;
            return schema == CurrentSchema
                ? ReportJson.Read<RunReport>(json) with { Folder = folder }
                : throw new IOException(
                    $"'{file}' cannot be read: it has schema {schema}, and this version reads {CurrentSchema}.");
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Returns the state of the run, based on the files in its folder.</summary>
    public RunState ReadState() => Result switch
    {
        { Interrupted: false } => HasReportedModel() ? RunState.Finished : RunState.Damaged,
        _ when RunFolder.IsInUse(Folder) => RunState.Training,
        null => RunState.Stopped,
        _ => RunState.Interrupted,
    };

    private bool HasReportedModel()
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelPath))) == Result!.OnnxSha256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record Header(int Schema);
}

/// <summary>Represents the result of a run on the test images.</summary>
internal sealed record RunResult
{
    /// <summary>Gets a value that indicates whether Ctrl-C ended the run before its last epoch.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Gets the number of test images.</summary>
    public required int TestImages { get; init; }

    /// <summary>Gets the mean cross-entropy in nats.</summary>
    public required double TestLoss { get; init; }

    /// <summary>Gets the accuracy, 0..1.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Gets the accuracy without disputed labels, or <c>null</c> if the images aren't MNIST's.</summary>
    public double? TestAccuracyWithoutDisputedLabels { get; init; }

    /// <summary>Gets the precision of each digit, 0..1; NaN if the digit was never predicted.</summary>
    public required double[] Precision { get; init; }

    /// <summary>Gets the recall of each digit, 0..1; NaN if no image has that label.</summary>
    public required double[] Recall { get; init; }

    /// <summary>Gets the comparison of the exported model with the network.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>Gets the SHA-256 of the exported model, in lower-case hexadecimal.</summary>
    public required string OnnxSha256 { get; init; }
}

/// <summary>Specifies the state of a run.</summary>
internal enum RunState
{
    /// <summary>A process is training the network.</summary>
    Training,

    /// <summary>The run completed and its model file matches the report.</summary>
    Finished,

    /// <summary>Ctrl-C ended the run, and the weights at that time were exported.</summary>
    Interrupted,

    /// <summary>The run ended without a result.</summary>
    Stopped,

    /// <summary>The run completed, but its model file is missing or changed.</summary>
    Damaged,
}
