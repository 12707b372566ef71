using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Tools.Shared;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Bench;

/// <summary>Prints the time and memory of an export relative to a forward pass and the weights of the module.</summary>
internal static class ExportTable
{
    private static readonly string[] Head =
    [
        "in forward passes", "weights", "a forward pass", "a session that runs the example", "export",
        "export with proof", "without the session", "first export with proof", "peak memory over the weights",
        "without the activations",
    ];

    /// <param name="name">The network, or <see langword="null"/> to measure each in its own process.</param>
    /// <param name="rounds">The number of rounds.</param>
    public static void Print(string? name, int rounds)
    {
        if (name is not null)
        {
            Console.WriteLine(string.Join('\t', Measure(name, rounds)));
            return;
        }
        var rows = ExportModels.All.Keys.Select(model => Run(model, rounds)).ToList();
        Console.WriteLine(MarkdownTable.Format(Head, rows));
    }

    private static string[] Run(string model, int rounds)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] self = isHost ? [Environment.GetCommandLineArgs()[0]] : [];
        using var process = Process.Start(new ProcessStartInfo(
            program, [.. self, "export", "--model", model, "--rounds", $"{rounds}"])
        { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.TrimEnd().Split('\t');
    }

    private static string[] Measure(string name, int rounds)
    {
        var (build, makeExample) = ExportModels.All[name];
        using var module = build();
        using Tensor example = makeExample();
        module.eval();
        long weights = module.parameters().Concat(module.buffers())
            .Sum(tensor => tensor.numel() * tensor.element_size());
        var proof = new OnnxExportOptions { Verifier = new OnnxRuntimeRunner() };
        // Starts libtorch's threads.
        using (var layer = nn.Conv2d(3, 3, 3)) Forward(layer, zeros(1, 3, 8, 8));
        double activations = PeakMemory(() => Forward(module, example));
        double first = 0;
        double peak = PeakMemory(() => first = PairedTurns.Seconds(() => OnnxExporter.Export(module, example, proof)));
        byte[] file = OnnxExporter.Export(module, example).ToBytes();
        var input = ToManaged(example);
        Timing[] timings = PairedTurns.Run(
            [
                new("forward pass", () => PairedTurns.Seconds(() => Forward(module, example))),
                new("session", () => PairedTurns.Seconds(() =>
                {
                    using var session = new OnnxRuntimeRunner().Load(file);
                    session.Run(new Dictionary<string, GraphTensor> { ["input"] = input });
                })),
                new("export", () => PairedTurns.Seconds(() => OnnxExporter.Export(module, example))),
                new("proof", () => PairedTurns.Seconds(() => OnnxExporter.Export(module, example, proof))),
            ],
            rounds);
        double pass = timings[0].Seconds;
        return
        [
            name, $"{weights / 1e6:N0} MB", $"{pass * 1e3:N0} ms", $"{timings[1].Ratio:0.0}", $"{timings[2].Ratio:0.0}",
            $"{timings[3].Ratio:0.0}", $"{timings[3].Ratio - timings[1].Ratio:0.0}", $"{first / pass:0.0}",
            $"{peak / weights:0.00}", $"{(peak - activations) / weights:0.00}",
        ];
    }

    private static GraphTensor ToManaged(Tensor example) => example.dtype == ScalarType.Int64
        ? new GraphTensor<long>(example.data<long>().ToArray(), example.shape)
        : new GraphTensor<float>(example.data<float>().ToArray(), example.shape);

    private static void Forward(nn.Module<Tensor, Tensor> module, Tensor example)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        module.call(example);
    }

    /// <summary>Returns the growth of the process's resident memory during an action, in bytes, on Linux.</summary>
    private static double PeakMemory(Action action)
    {
        GC.Collect();
        // Sets the peak to the present size, https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html.
        File.WriteAllText("/proc/self/clear_refs", "5");
        double before = Status("VmRSS:");
        action();
        return Status("VmHWM:") - before;
    }

    private static double Status(string field) => 1024 * double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
