using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// Represents a process that does the work in each line of its input and prints the seconds.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(string program, string[] arguments, int threads)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // Debian's PyTorch doesn't pass its number of threads on to OpenBLAS.
            Environment = { ["OPENBLAS_NUM_THREADS"] = $"{threads}", ["TORCH_CPP_LOG_LEVEL"] = "ERROR" },
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Starts a worker that trains with TorchSharp.</summary>
    public static WorkerProcess StartTraining(string contestant, string network, int threads)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] self = isHost ? [Environment.GetCommandLineArgs()[0]] : [];
        return new(program, [.. self, TrainingWorker.Command, contestant, network, $"{threads}"], threads);
    }

    /// <summary>Starts a worker that trains with Debian's PyTorch.</summary>
    /// <returns>The worker, or <see langword="null"/> if PyTorch isn't installed.</returns>
    public static WorkerProcess? StartPyTorch(string layout, string network, int threads)
    {
        const string Python = "/usr/bin/python3";
        if (File.Exists(Python) && Succeeds(Python, "-c", "import torch"))
        {
            return new(Python, [Script("pytorch_worker.py"), network, layout, $"{threads}"], threads);
        }
        Console.Error.WriteLine(
            "PyTorch isn't measured. Install it: apt-get install python3-torch libopenblas0-pthread");
        return null;
    }

    /// <summary>Indicates whether a Python interpreter starts and has onnxruntime and numpy.</summary>
    /// <param name="python">The Python interpreter.</param>
    public static bool HasOnnxRuntime(string python)
    {
        try
        {
            return Succeeds(python, "-c", "import onnxruntime, numpy");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Starts a worker that classifies with ONNX Runtime in Python.</summary>
    /// <param name="python">The Python interpreter.</param>
    /// <param name="modelPath">The model file.</param>
    public static WorkerProcess StartInference(string python, string modelPath) =>
        new(python, [Script("onnxruntime_worker.py"), modelPath], threads: 1);

    /// <summary>Runs one turn.</summary>
    /// <param name="work">The line that describes the work.</param>
    /// <returns>The elapsed seconds and the seconds of processor time.</returns>
    public (double Wall, double Processor) Run(string work)
    {
        _process.StandardInput.WriteLine(work);
        _process.StandardInput.Flush();
        string[] answer = _process.StandardOutput.ReadLine()?.Split(' ')
            ?? throw new InvalidOperationException(
                $"'{_process.StartInfo.FileName}' ended before it finished its work.");
        return (Number(answer[0]), Number(answer[1]));
    }

    public void Dispose()
    {
        // The worker ends at the end of its input.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
