using System.Globalization;
using BenchmarkDotNet.Running;
using OnnxDigits.Tools.InferenceBench;

// What the classifier costs over what is beneath it, on the convolutional network and one thread.
//   (nothing)   BenchmarkDotNet: the classifier, the bare runtime, ML.NET and TorchSharp; its options may follow
//   ratios      the classifier against the bare runtime in turns, for machines whose speed changes by the minute
//   models A B  two model files: what an image costs in B over what it costs in A
//   record FILE [PYTHON…]
//               all of these ways and the shipped networks, as the ratios of the README's table; with a command that starts
//               Python, ONNX Runtime from there as well
//   settings    threads and spinning: what the defaults of the classifier's sessions rest on
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["ratios"]: Ratios.Print(); break;
    case ["models", var first, var second]: Ratios.PrintModels(first, second); break;
    case ["record", var file, .. var python]: Recorder.Write(file, python); break;
    case ["settings"]: SettingsTable.Print(); break;
    default: BenchmarkRunner.Run<ClassifierBenchmarks>(args: args); break;
}
