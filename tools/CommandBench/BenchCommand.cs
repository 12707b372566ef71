using System.CommandLine;
using System.Globalization;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The command line of the benchmark.</summary>
internal static class BenchCommand
{
    /// <summary>With this argument the program ends at once: what every .NET program costs.</summary>
    public const string Nothing = "nothing";

    public static int Run(string[] args)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of PNG files of 28×28." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var throughput = new Command("throughput", "infer on a folder beside decoding alone and the network alone.") { folder, rounds };
        throughput.SetAction(parsed => Throughput.Write(parsed.GetValue(folder)!, parsed.GetValue(rounds)));

        var name = new Argument<string>("DEVICE") { Description = "webgpu or cuda, with its provider in this program's folder." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => "artifacts/models/conv.onnx" };
        var batch = new Option<int>("--batch-size") { DefaultValueFactory = _ => 64 };
        var device = new Command("device", "A device's bare session beside the classifier and infer on a folder.") { folder, name, model, batch, rounds };
        device.SetAction(parsed => DeviceThroughput.Write(
            parsed.GetValue(folder)!, Path.GetFullPath(parsed.GetValue(model)!), parsed.GetValue(name)!, parsed.GetValue(batch), parsed.GetValue(rounds)));

        var file = new Argument<string>("FILE") { Description = "An image file." };
        var memory = new Command("memory", "Peak memory of infer for lists of 1,000 to 1,000,000 paths to one file.") { file };
        memory.SetAction(parsed =>
        {
            string path = Path.GetFullPath(parsed.GetValue(file)!);
            foreach (int count in (int[])[1_000, 10_000, 100_000, 1_000_000])
            {
                var (seconds, peak) = Infer.Run(Enumerable.Repeat(path, count), "--files-from", "-", "-q", "-f", "csv");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} paths: {peak:0} MiB, {count / seconds:0} images/s"));
            }
        });

        var start = new Command("start", "infer for one image beside a program that does nothing.") { file, rounds };
        start.SetAction(parsed => StartUp.Write(parsed.GetValue(file)!, parsed.GetValue(rounds)));

        return new RootCommand("What the infer command costs: the one built here, or the one that ONNXDIGITS_INFER names.")
        {
            throughput, device, memory, start,
        }.Parse(args).Invoke();
    }
}
