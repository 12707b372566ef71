using System.Runtime.CompilerServices;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// Prints the README's comparison with other libraries and the relative times of the shipped networks.
/// </summary>
internal static class PeerTable
{
    private const int Calls = 500;

    /// <param name="rounds">The number of rounds.</param>
    /// <param name="python">The command of a Python with onnxruntime, or <see langword="null"/>.</param>
    /// <param name="publishes">Indicates whether to publish the programs and print their sizes.</param>
    public static void Print(int rounds, string? python, bool publishes)
    {
        using var one = new Peers(1);
        using var many = new Peers(DigitInputs.Batch);
        var peers = new List<(string Name, string File, Action One, Action Many)>
        {
            ("ONNX Runtime", "BareRuntime.cs", one.Bare.Run, many.Bare.Run),
            ("OnnxDigits.Inference", "Classifier.cs", one.Classify, many.Classify),
            ("ML.NET OnnxTransformer", "OnnxTransformer.cs", () => one.MlNet.Run(), () => many.MlNet.Run()),
            ("TorchSharp", "TorchSharpEval.cs", () => one.Torch.Run(), () => many.Torch.Run()),
        };
        List<Contestant> single =
            [.. peers.Select(peer => new Contestant(peer.Name, () => PairedTurns.Seconds(peer.One, Calls)))];
        List<Contestant> batch =
            [.. peers.Select(peer => new Contestant(peer.Name, () => PairedTurns.Seconds(peer.Many)))];
        using WorkerProcess? worker = python is null ? null : WorkerProcess.StartInference(python, Peers.ModelPath);
        if (worker is not null)
        {
            single.Add(new("Python", () => worker.Run($"1 {Calls}").Wall));
            batch.Add(new("Python", () => worker.Run($"{DigitInputs.Batch} 1").Wall));
        }

        Timing[] singles = PairedTurns.Run(single, rounds), batches = PairedTurns.Run(batch, rounds);
        Console.WriteLine(MarkdownTable.Format(
            ["conv on one thread", "lines of code", "to ship", "one image", "1,024 images", "allocated for one image"],
            singles.Select((timing, i) => (string[])
            [
                timing.Name,
                Lines(i < peers.Count ? peers[i].File : "read.py"),
                publishes && i < peers.Count ? SizeTable.OnThisSystem(peers[i].File) : "–",
                $"{timing.Ratio:0.00} ×", $"{batches[i].Ratio:0.00} ×",
                i < peers.Count ? $"{Allocated(peers[i].One):N0} B" : "–",
            ])));
        PrintNetworks(rounds);
    }

    /// <summary>Returns the folder with the programs.</summary>
    public static string PeersFolder([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "peers");

    private static void PrintNetworks(int rounds)
    {
        byte[] image = DigitInputs.Bytes(1);
        PairedTurns.Print(
            PairedTurns.Run(
                [
                    .. ((EmbeddedModel[])[EmbeddedModel.Conv, EmbeddedModel.Dense, EmbeddedModel.Best]).Select(model =>
                    {
                        var classifier = new DigitClassifier(new() { Model = model, Device = "cpu" });
                        var prediction = new DigitPrediction[1];
                        return new Contestant($"{model}", () => PairedTurns.Seconds(
                            () => classifier.ClassifyPrepared(image, prediction), Calls));
                    }),
                ],
                rounds),
            "µs for one image", seconds => $"{seconds / Calls * 1e6:0}");
    }

    private static long Allocated(Action call)
    {
        const int Calls = 100;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Calls; i++) call();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Calls;
    }

    // Counts lines of code without imports, directives and comments.
    private static string Lines(string file) => File.ReadLines(Path.Combine(PeersFolder(), file))
        .Select(line => line.Trim())
        .Count(line => line.Length > 0 && line is not (['/', '/', ..] or ['#', ..] or "{" or "}")
            && !line.StartsWith("import ", StringComparison.Ordinal)
            && !(line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)))
        .ToString();
}
