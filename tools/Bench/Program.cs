using System.Globalization;
using BenchmarkDotNet.Running;
using OnnxDigits.Tools.Bench;

// What the classifier costs over what is beneath it, on the convolutional network and one thread.
//   (nothing)   BenchmarkDotNet: the classifier, the bare runtime, ML.NET and TorchSharp; its options may follow
//   ratios      the classifier against the bare runtime in turns, for machines whose speed changes by the minute
//   models A B… model files: what an image costs in B, and in each that follows, over what it costs in A
//   settings    threads and spinning: what the defaults of the classifier's sessions rest on
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["ratios"]: Ratios.Print(); break;
    case ["models", var first, _, ..]: Ratios.PrintModels(first, args[2..]); break;
    case ["settings"]: SettingsTable.Print(); break;
    case [] or [['-', ..], ..]: BenchmarkRunner.Run<ClassifierBenchmarks>(args: args); break;
    default:
        Console.Error.WriteLine($"error: '{string.Join(' ', args)}' is none of 'ratios', 'models A B…' and 'settings'.");
        return 2;
}
return 0;
