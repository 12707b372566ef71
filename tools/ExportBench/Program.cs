using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Tools.ExportBench;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

// What an export costs: its time in forward passes and its memory in sizes of the weights. Each model is measured in a
// process of its own, for memory that one has touched is not new to the next.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Rounds = 5;
string[] names = ["resnet18", "mlp100m"];
if (args is not [var name] || !names.Contains(name))
{
    foreach (string each in names)
    {
        using var child = Process.Start(Environment.ProcessPath!, [.. Self(), each]);
        child.WaitForExit();
        if (child.ExitCode != 0) return child.ExitCode;
    }
    return 0;
}

using var model = Build(name, out var example);
model.eval();
long weights = model.parameters().Sum(parameter => parameter.numel()) * sizeof(float);
double forward = Median(() =>
{
    using var noGrad = no_grad();
    using var scope = NewDisposeScope();
    model.call(example);
});
// The first export also compiles; a program that exports once pays for that too.
var first = Stopwatch.StartNew();
long before = PeakMemory.Now;
PeakMemory.Reset();
string path = Path.Combine(Path.GetTempPath(), $"exportbench-{Environment.ProcessId}.onnx");
OnnxExporter.Export(model, example).Save(path);
double firstTime = first.Elapsed.TotalSeconds;
long peak = PeakMemory.Peak - before;
double export = Median(() => OnnxExporter.Export(model, example));
var runner = new OnnxRuntimeRunner();
double verified = Median(() => OnnxExporter.Export(model, example, new() { Verifier = runner }));
File.Delete(path);

Console.WriteLine($"{name}: {weights / 1e6:0.0} MB of weights, forward pass {forward * 1e3:0.0} ms");
Console.WriteLine($"  first export with its file    {firstTime / forward,7:0.0} forward passes ({firstTime * 1e3:0} ms)");
Console.WriteLine($"  export, median of {Rounds}          {export / forward,7:0.0} forward passes ({export * 1e3:0} ms)");
Console.WriteLine($"  export and proof, median of {Rounds}{verified / forward,7:0.0} forward passes ({verified * 1e3:0} ms)");
Console.WriteLine($"  memory at the first export's peak, above what there was: {peak / (double)weights:0.00} × the weights");
return 0;

static nn.Module<Tensor, Tensor> Build(string name, out Tensor example)
{
    if (name == "resnet18")
    {
        example = randn(1, 3, 224, 224);
        return new ResNet18();
    }
    example = randn(1, 3162);
    // Ten layers of ten million weights.
    return nn.Sequential(Enumerable.Range(0, 10).Select(index => ($"layer{index}", (nn.Module<Tensor, Tensor>)nn.Linear(3162, 3162))));
}

static double Median(Action action)
{
    action();
    var times = new List<double>();
    for (int round = 0; round < Rounds; round++)
    {
        var watch = Stopwatch.StartNew();
        action();
        times.Add(watch.Elapsed.TotalSeconds);
    }
    times.Sort();
    return times[Rounds / 2];
}

static string[] Self() => Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
    ? [Environment.GetCommandLineArgs()[0]]
    : [];
