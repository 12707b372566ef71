using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The package beside other ways to read the same digit.</summary>
internal static class PeersTable
{
    public const string Name = "peers";

    /// <summary>The one that is no .NET program.</summary>
    public const string Python = "Python";

    public static IReadOnlyList<(string Project, string Title, string AnyPicture)> Peers { get; } =
    [
        ("Classifier", "OnnxDigits.Inference", "yes"),
        ("BareRuntime", "ONNX Runtime alone", "no"),
        ("OnnxTransformer", "ML.NET's OnnxTransformer", "no"),
        ("TorchSharpEval", "TorchSharp in eval mode", "no"),
        (Python, "Python's onnxruntime", "no"),
    ];

    private static readonly string[] Uncounted = ["//", "#", "import "];

    public static string Write(string root)
    {
        var times = Times.Load(root).Peers;
        var sizes = PublishedSizes.Load(root);
        return MarkedTable.Format(
            ["", "lines of code", "to ship", "one image", "1,024 images", "allocated for one", "any picture"],
            Peers.Select(peer =>
            {
                PeerTimes? time = times.GetValueOrDefault(peer.Project);
                return (IReadOnlyList<string>)
                [
                    $"{peer.Title} {time?.Version}".TrimEnd(),
                    Lines(root, peer.Project).Text(),
                    (time?.Megabytes ?? sizes.GetValueOrDefault(peer.Project)) is > 0 and var size ? $"{size.Text()} MB" : "–",
                    time is null ? "–" : $"{time.One.Text("0.00")} ×",
                    time is null ? "–" : $"{time.Many.Text("0.00")} ×",
                    time?.Allocated is { } bytes ? $"{bytes.Text("N0")} B" : "–",
                    peer.AnyPicture,
                ];
            }));
    }

    /// <summary>Lines with code on them, without those that only name namespaces or modules.</summary>
    public static int Lines(string root, string project) =>
        File.ReadLines(Path.Combine(root, "tools", "Peers", project, project == Python ? "read.py" : "Program.cs"))
            .Count(line => line.Trim() is { Length: > 0 } code && !Uncounted.Any(start => code.StartsWith(start, StringComparison.Ordinal))
                && !(code.StartsWith("using ", StringComparison.Ordinal) && !code.Contains('=')));
}
