using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Running;
using OnnxDigits.Tools.Bench;

// Run benchmarks on an idle machine: dotnet run -c Release --project tools/Bench -- COMMAND
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var rounds = new Option<int>("--rounds")
{
    Description = "The number of rounds. Every contestant has one turn in each round.",
    DefaultValueFactory = _ => 10,
};
rounds.Validators.Add(result =>
{
    if (result.GetValue(rounds) < 1) result.AddError("--rounds must be 1 or more.");
});

var photograph = new Command("photograph", "Times the steps from a photograph to its digit with BenchmarkDotNet.");
photograph.SetAction(_ => BenchmarkRunner.Run<PhotographBenchmarks>());

var python = new Option<string?>("--python")
{
    Description = "Also measures this Python, which needs onnxruntime and numpy.",
};
python.Validators.Add(result =>
{
    if (result.GetValue(python) is { } path && !WorkerProcess.HasOnnxRuntime(path))
    {
        result.AddError(
            $"'{path}' cannot import onnxruntime and numpy. Install them: {path} -m pip install onnxruntime numpy");
    }
});
var sizes = new Option<bool>("--sizes")
{
    Description = "Also publishes the programs in peers/ and prints their sizes.",
};
var peers = new Command("peers", "Compares OnnxDigits with ONNX Runtime, ML.NET, TorchSharp and Python on one thread.")
{
    python, sizes, rounds,
};
peers.SetAction(parsed => PeerTable.Print(parsed.GetValue(rounds), parsed.GetValue(python), parsed.GetValue(sizes)));

var system = new Option<string>("--system")
{
    Description = "The system to publish for, such as win-x64.",
    DefaultValueFactory = _ => RuntimeInformation.RuntimeIdentifier,
};
var published = new Command("sizes", "Publishes the programs in peers/ in each way, and prints their sizes.")
{
    system,
};
published.SetAction(parsed => SizeTable.Print(parsed.GetValue(system)!));

var commandLines = new Argument<string[]>("COMMAND")
{
    Description = "Command lines for sh, such as 'infer photos/ -q'. The first is the baseline.",
    Arity = ArgumentArity.OneOrMore,
};
var commands = new Command("commands", "Compares the run times of whole commands.") { commandLines, rounds };
commands.SetAction(parsed => ShellCommands.Print(parsed.GetValue(commandLines)!, parsed.GetValue(rounds)));

var network = new Option<string>("--network")
{
    Description = "The network: dense or conv.",
    DefaultValueFactory = _ => "conv",
};
network.AcceptOnlyFromAmong("dense", "conv");
var threads = new Option<int>("--threads") { Description = "The number of threads.", DefaultValueFactory = _ => 1 };
var images = new Option<int>("--images")
{
    Description = "The number of images in a turn.",
    DefaultValueFactory = _ => 6_400,
};
var cpuTime = new Option<bool>("--cpu-time")
{
    Description = "Compares processor time instead of elapsed time. Use it with one thread on a busy machine.",
};
var train = new Command("train", "Compares training with plain TorchSharp and with PyTorch.")
{
    network, threads, images, cpuTime, rounds,
};
train.SetAction(parsed => TrainingTable.Print(
    parsed.GetValue(network)!, parsed.GetValue(threads), parsed.GetValue(images), parsed.GetValue(cpuTime),
    parsed.GetValue(rounds)));

var model = new Option<string?>("--model") { Description = "Measures only this network, in this process." };
model.AcceptOnlyFromAmong([.. ExportModels.All.Keys]);
var export = new Command("export", "Compares the cost of an export with the cost of forward passes.")
{
    model, rounds,
};
export.SetAction(parsed => ExportTable.Print(parsed.GetValue(model), parsed.GetValue(rounds)));

var quantization = new Command("quantization", "Compares the quantized networks with those in float32.") { rounds };
quantization.SetAction(parsed => QuantizationTable.Print(parsed.GetValue(rounds)));

var contestant = new Argument<string>("CONTESTANT");
var workerNetwork = new Argument<string>("NETWORK");
var workerThreads = new Argument<int>("THREADS");
var worker = new Command(TrainingWorker.Command, "Runs one contestant of 'train'.")
{
    contestant, workerNetwork, workerThreads,
};
worker.Hidden = true;
worker.SetAction(parsed => TrainingWorker.Serve(
    parsed.GetValue(contestant)!, parsed.GetValue(workerNetwork)!, parsed.GetValue(workerThreads)));

var server = new Argument<string>("SERVER") { Description = "The published program digit-server." };
var served = new Option<string>("--network") { Description = "The network.", DefaultValueFactory = _ => "best" };
served.AcceptOnlyFromAmong("best", "conv", "dense");
var seconds = new Option<int>("--seconds")
{
    Description = "The time of each measurement.",
    DefaultValueFactory = _ => 5,
};
var serve = new Command(
    "serve", "Measures the server on one core, with callers on another. Needs wrk, h2load and taskset.")
{
    server, served, seconds,
};
serve.SetAction(parsed => ServeTable.PrintAsync(
    parsed.GetValue(server)!, parsed.GetValue(served)!,
    Path.Combine(AppContext.BaseDirectory, "models", $"{parsed.GetValue(served)}.onnx"), parsed.GetValue(seconds)));

return new RootCommand("Benchmarks that print Markdown.")
{
    photograph, peers, published, commands, train, export, quantization, serve, worker,
}.Parse(args).Invoke();
