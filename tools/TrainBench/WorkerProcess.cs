using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>A worker that stays until it is disposed, and works when it is its turn.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly double _imagesPerStep;
    private int _stepsPerTurn = 10;

    private WorkerProcess(string name, Process process, double imagesPerStep)
    {
        Name = name;
        _process = process;
        _imagesPerStep = imagesPerStep;
    }

    public string Name { get; }

    public static WorkerProcess Start(string name, string path, string network, int threads) => Start(
        name, threads, Environment.ProcessPath!, [.. Self(), Worker.Command, path, network, $"{threads}"])
        ?? throw new InvalidOperationException($"The worker for '{path}' ended before it began.");

    /// <summary>Null when Debian's PyTorch is not there; why has been printed.</summary>
    public static WorkerProcess? StartPyTorch(string name, string layout, string network, int threads) => Start(
        name, threads, "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "pytorch_worker.py"), network, layout, $"{threads}"]);

    /// <summary>Chooses how many steps make a turn of some seconds.</summary>
    public void Calibrate(double seconds) =>
        _stepsPerTurn = Math.Max(1, (int)(_stepsPerTurn * seconds / Run().Wall));

    /// <summary>One turn's images per second.</summary>
    public double Turn(bool processorTime)
    {
        var (wall, processors) = Run();
        return _imagesPerStep * _stepsPerTurn / (processorTime ? processors : wall);
    }

    public void Dispose()
    {
        // It ends with its input.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private (double Wall, double Processors) Run()
    {
        _process.StandardInput.WriteLine(_stepsPerTurn);
        string[] answer = Answer(_process)?.Split(' ')
            ?? throw new InvalidOperationException($"The worker for '{Name}' ended in its turn.");
        return (Number(answer[0]), Number(answer[1]));
    }

    private static WorkerProcess? Start(string name, int threads, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                // Debian's PyTorch does not pass its number of threads on to OpenBLAS.
                ["OPENBLAS_NUM_THREADS"] = $"{threads}",
                ["TORCH_CPP_LOG_LEVEL"] = "ERROR",
            },
        };
        Process process = Process.Start(start)!;
        if (Answer(process) is string first) return new WorkerProcess(name, process, Number(first));

        process.WaitForExit();
        process.Dispose();
        return null;
    }

    private static string? Answer(Process process) => process.StandardOutput.ReadLine();

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.GetCommandLineArgs()[0]]
        : [];
}
