using System.CommandLine;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The command line of the benchmark.</summary>
internal static class BenchCommand
{
    /// <summary>With this argument the program ends at once: what every .NET program costs.</summary>
    public const string Nothing = "nothing";

    public static int Run(string[] args)
    {
        var record = new Option<string?>("--record") { Description = "Also write the figures to this JSON file: those in docs/figures are what the pages are made of." };
        var folder = new Argument<string>("DIR") { Description = "A folder of PNG files of 28×28." };
        var rounds = new Option<int>("--rounds") { Description = "Turns of each.", DefaultValueFactory = _ => 5 };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1) result.AddError("--rounds: at least 1.");
        });
        var throughput = new Command("throughput", "infer on a folder beside decoding alone and the network alone.") { folder, rounds, record };
        throughput.SetAction(parsed => Record(parsed, () => Throughput.Write(parsed.GetValue(folder)!, parsed.GetValue(rounds))));

        var name = new Argument<string>("DEVICE") { Description = "webgpu or cuda, with its provider in this program's folder." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => "artifacts/models/conv.onnx" };
        var batch = new Option<int>("--batch-size") { DefaultValueFactory = _ => 64 };
        var device = new Command("device", "A device's bare session beside the classifier and infer on a folder.") { folder, name, model, batch, rounds, record };
        device.SetAction(parsed => Record(parsed, () => DeviceThroughput.Write(
            parsed.GetValue(folder)!, Path.GetFullPath(parsed.GetValue(model)!), parsed.GetValue(name)!, parsed.GetValue(batch), parsed.GetValue(rounds))));

        var file = new Argument<string>("FILE") { Description = "An image file." };
        var memory = new Command("memory", "Peak memory of infer for lists of 1,000 to 1,000,000 paths to one file.") { file, record };
        memory.SetAction(parsed => Record(parsed, () => Memory.Write(parsed.GetValue(file)!)));

        var start = new Command("start", "infer for one image beside a program that does nothing.") { file, rounds, record };
        start.SetAction(parsed => Record(parsed, () => StartUp.Write(parsed.GetValue(file)!, parsed.GetValue(rounds))));

        var program = new Argument<string>("SERVER") { Description = "samples/DigitServer, built: the program or its DLL." };
        var seconds = new Option<int>("--seconds") { Description = "How long; at least 12.", DefaultValueFactory = _ => 60 };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 12) result.AddError("--seconds: at least 12.");
        });
        var server = new Command("server", "The sample server under 16 callers that never pause.") { program, folder, seconds, record };
        server.SetAction(parsed => Record(parsed, () => ServerLoad.Write(parsed.GetValue(program)!, parsed.GetValue(folder)!, parsed.GetValue(seconds))));

        return new RootCommand("What the infer command costs: the one built here, or the one that ONNXDIGITS_INFER names. And a server.")
        {
            throughput, device, memory, start, server,
        }.Parse(args).Invoke();

        int Record<T>(ParseResult parsed, Func<T> measure)
        {
            try
            {
                T figures = measure();
                if (parsed.GetValue(record) is { } path) FigureFile.Write(path, figures);
                return 0;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or DigitModelException or DigitDeviceException)
            {
                Console.Error.WriteLine($"commandbench: {e.Message}");
                return 1;
            }
        }
    }
}
