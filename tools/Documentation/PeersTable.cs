using System.Globalization;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The package beside other ways to read the same digit.</summary>
internal static class PeersTable
{
    public const string Name = "peers";

    public static IReadOnlyList<(string Project, string Title, string AnyPicture)> Peers { get; } =
    [
        ("Classifier", "OnnxDigits.Inference", "yes"),
        ("BareRuntime", "ONNX Runtime alone", "no"),
        ("OnnxTransformer", "ML.NET's OnnxTransformer", "no"),
        ("TorchSharpEval", "TorchSharp in eval mode", "no"),
    ];

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
                    peer.Title,
                    Text(Lines(root, peer.Project)),
                    $"{Text(sizes[peer.Project])} MB",
                    time is null ? "–" : $"{Text(time.One, "0.00")} ×",
                    time is null ? "–" : $"{Text(time.Many, "0.00")} ×",
                    time is null ? "–" : $"{Text(time.Allocated, "N0")} B",
                    peer.AnyPicture,
                ];
            }));
    }

    /// <summary>Lines with code on them, without directives that name namespaces.</summary>
    public static int Lines(string root, string project) =>
        File.ReadLines(Path.Combine(root, "tools", "Peers", project, "Program.cs"))
            .Count(line => line.Trim() is { Length: > 0 } code && !code.StartsWith("//", StringComparison.Ordinal)
                && !(code.StartsWith("using ", StringComparison.Ordinal) && !code.Contains('=')));

    private static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
