using OnnxDigits.Tools.CommandBench;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What the command costs, as tools/CommandBench recorded it: on the CPU, and on a device beside its bare session.</summary>
internal static class CommandTables
{
    public const string Page = "docs/deploying.md";
    public const string Cost = "command";
    public const string Device = "device-speed";
    public const string Server = "server";

    public static string WriteCost(string root)
    {
        ThroughputFigures throughput = Throughput(root);
        var memory = Records.Read<IReadOnlyList<MemoryFigure>>(root, "command-memory.json");
        var start = Records.Read<StartFigures>(root, "command-start.json");
        return MarkedTable.Format(
            ["", "least", "median", "most"],
            [
                throughput.Infer.Row($"{throughput.Files.Text("N0")} PNG files on {throughput.Threads} threads, {throughput.Network}, images/s, start and rows included", "N0"),
                throughput.Decoding.Row("decoding alone on the same threads, images/s", "N0"),
                throughput.Running.Row("the network alone on them, images/s", "N0"),
                throughput.Both.Row("what both together can reach, images/s", "N0"),
                throughput.OfBoth.Row("the command over that", "0.00"),
                throughput.OfSlower.Row("the command over the slower of the two", "0.00"),
                start.OneImage.Row("one image, s", "0.000"),
                start.EmptyProgram.Row("a .NET program that does nothing, s", "0.000"),
                .. memory.Select(list => (IReadOnlyList<string>)[$"peak memory for a list of {list.Paths.Text("N0")} paths, MiB", "", list.MiB.Text("0"), ""]),
            ]);
    }

    public static string WriteDevice(string root)
    {
        DeviceFigures figures = OnADevice(root);
        string table = MarkdownTable.Format(
            [$"of the bare session's throughput on {figures.Device}, {figures.Description}", "least", "median", "most"],
            [figures.Classifier.Row("the classifier", "0.00"), figures.Infer.Row("`infer` without its start", "0.00")]);
        return MarkedTable.Frame($"{table}\n{figures.Rounds} rounds of {figures.Images} images, {figures.Network} in batches of {figures.Batch}.\n");
    }

    public static string WriteServer(string root)
    {
        var figures = Records.Read<ServerFigures>(root, "server.json");
        return MarkedTable.Format(
            [$"{figures.Callers.Text()} callers without a pause, {figures.Seconds.Text()} s", ""],
            [
                ["answers", figures.Answers.Text("N0")],
                [$"of them other than the first to the same of {figures.Images.Text("N0")} images", figures.Differing.Text("N0")],
                ["resident memory when warm, MiB", figures.WarmMiB.Text("0")],
                ["the most from then on, MiB", figures.MostMiB.Text("0")],
                ["at the end, MiB", figures.LastMiB.Text("0")],
            ]);
    }

    public static ThroughputFigures Throughput(string root) => Records.Read<ThroughputFigures>(root, "command-throughput.json");

    public static DeviceFigures OnADevice(string root) => Records.Read<DeviceFigures>(root, "device-speed.json");
}
