#!/usr/bin/env dotnet
#:property UsesLibTorch=true
#:property PublishAot=false
#:project ../src/OnnxDigits.Training/OnnxDigits.Training.csproj

// MNIST to 99 % in a few seconds on a CPU: ten networks with ten seeds, each from its first weight to its last step.
//
//     dotnet cake --target=Sprint
//     dotnet run -c Release samples/sprint.cs -- --seeds 3 --threads 1
//
// docs/research/sprint.md tells how the network and its recipe were chosen.

using System.Diagnostics;
using System.Runtime.InteropServices;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static OnnxDigits.Training.Networks.Activation;
using static TorchSharp.torch;

LibTorchEnvironment.Prepare();
int seeds = int.Parse(Option("--seeds") ?? "10");
if (Option("--threads") is { } threads) set_num_threads(int.Parse(threads));

DigitDataSet mnist = DigitDataSource.Open(new DigitDataOptions
{
    Data = Option("--data"),
    GeneratedTrainCount = 6_000,
    GeneratedTestCount = 1_000,
});
using DigitTensors train = new(mnist.Train), test = new(mnist.Test);
Console.WriteLine($"{mnist.Description}; {get_num_threads()} threads on {RuntimeInformation.OSArchitecture}");

var seconds = new List<double>();
var accuracies = new List<double>();
for (int seed = 1; seed <= seeds; seed++)
{
    var watch = Stopwatch.StartNew();
    random.manual_seed(seed);
    using SequentialModel network = new SequentialModel(1, 28, 28)
        .Conv2D(8, kernel: 3).MaxPooling2D(2).BatchNormalization().Relu()
        .Conv2D(32, kernel: 3).MaxPooling2D(2).BatchNormalization().Relu()
        .Conv2D(64, kernel: 3).BatchNormalization().Relu()
        .Flatten().Dense(10, Softmax);
    if (seed == 1) Console.WriteLine(network.Summary());
    OptimizerSettings optimizer = OptimizerSettings.AdamW(learningRate: 0.015, weightDecay: 0.05);
    network.Compile(optimizer with { Schedule = LearningRateSchedule.WarmUpAndCosine }, seed: seed);
    network.Fit(train.Images, train.Targets, epochs: 2, batchSize: 256);
    seconds.Add(watch.Elapsed.TotalSeconds);
    accuracies.Add(network.Evaluate(test.Images, test.Targets).Accuracy);
    Console.WriteLine($"seed {seed,2}: {seconds[^1]:F1} s, test accuracy {accuracies[^1]:F4}");
}

double mean = accuracies.Average();
double deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / Math.Max(1, seeds - 1));
Console.WriteLine($"mean of {seeds} seeds: {seconds.Average():F1} s, test accuracy {mean:F4} ± {deviation:F4}");

string? Option(string name) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault();
