namespace OnnxDigits.Tools.TrainChaos;

/// <summary>What every trial needs: folders, moments, and the model of a run that was left alone.</summary>
internal sealed class Bench
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    // Two signals of one kind that wait at the same time are one.
    private static readonly TimeSpan SignalGap = TimeSpan.FromMilliseconds(30);

    private static readonly string[] Networks = ["dense", "conv"];

    private readonly WorkFolder _place;
    private readonly Random _random;
    private readonly Dictionary<string, (byte[] Model, TimeSpan Time)> _alone;

    public Bench(WorkFolder place, Random random)
    {
        _place = place;
        _random = random;
        _alone = Networks.ToDictionary(network => network, Alone);
    }

    public string NewFolder() => _place.Next();

    public static string Network(int trial) => Networks[trial % Networks.Length];

    /// <summary>A moment of a process's life or shortly after; later ones, when it trains, come more often.</summary>
    public TimeSpan Moment(string network) => 1.05 * Math.Sqrt(_random.NextDouble()) * _alone[network].Time;

    /// <summary>Lets a process run until a moment and then sends it signals.</summary>
    public static void Strike(TrainingProcess process, TimeSpan moment, params int[] signals)
    {
        Thread.Sleep(moment);
        foreach (int signal in signals)
        {
            process.Signal(signal);
            Thread.Sleep(SignalGap);
        }
    }

    /// <summary>Trains to the end and compares the model.</summary>
    public string? Resume(string network, string folder)
    {
        using var process = new TrainingProcess(network, folder, resume: true);
        int code = process.Wait();
        if (code != 0) return $"resuming ended with {code}: {process.Output}";
        return Model(network, folder).AsSpan().SequenceEqual(_alone[network].Model) ? null : "the model has other bytes";
    }

    private (byte[] Model, TimeSpan Time) Alone(string network)
    {
        string folder = _place.Next();
        using var process = new TrainingProcess(network, folder, resume: false);
        if (process.Wait() is not 0 and var code)
            throw new InvalidOperationException($"A run that was left alone ended with {code}: {process.Output}");
        return (Model(network, folder), process.Elapsed);
    }

    // A run that was killed may have left a folder without a model, and one that was not begun anew behind it.
    private static byte[] Model(string network, string folder) =>
        File.ReadAllBytes(Directory.GetFiles(folder, $"{network}.onnx", SearchOption.AllDirectories).Max(StringComparer.Ordinal)!);
}
