#!/usr/bin/env dotnet
#:package Microsoft.ML.OnnxRuntime
#:project ../../src/TorchOnnx.OnnxRuntime/TorchOnnx.OnnxRuntime.csproj
#:property UsesLibTorch=true
#:property PublishAot=false

// Exports an LSTM for sequences of any length. Its state is an input and an output, so a program can read a long
// sequence in pieces: dotnet run -c Release samples/gallery/lstm.cs

using Microsoft.ML.OnnxRuntime;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

random.manual_seed(1);
using var model = new Forecaster();

// The example has 3 sequences of 10 steps. Dimension 1 of the sequences is the open length "T". The batch "N" is
// dimension 0 of the sequences, but dimension 1 of the states, whose shape is [layers, batch, features].
const int Layers = Forecaster.Layers, Size = Forecaster.Size;
var state = (zeros(Layers, 3, Size), zeros(Layers, 3, Size));
var program = OnnxExporter.Export(model, [randn(3, 10, 1), state], new()
{
    InputNames = ["x", "hidden", "cell"],
    OutputNames = ["y", "next_hidden", "next_cell"],
    DynamicDimensions = [new("T", 0, 1), new("N", 1, 1), new("N", 2, 1)],
    Verifier = new OnnxRuntimeRunner(),
});
Console.WriteLine(program.Report);

// Reads 100 steps at once, then in pieces of 60 and 40. Both give the same result.
using var session = new InferenceSession(program.ToBytes());
float[] steps = [.. Enumerable.Range(0, 100).Select(t => MathF.Sin(t / 5f))];
var (whole, _, _) = Run(steps, new float[Layers * Size], new float[Layers * Size]);
var (first, hidden, cell) = Run(steps[..60], new float[Layers * Size], new float[Layers * Size]);
var (second, _, _) = Run(steps[60..], hidden, cell);
float difference = whole.Zip([.. first, .. second], (a, b) => MathF.Abs(a - b)).Max();
Console.WriteLine($"{whole.Length} steps, difference between one run and two: {difference:G2}");
return difference < 1e-5f ? 0 : 1;

(float[] Y, float[] Hidden, float[] Cell) Run(float[] x, float[] hidden, float[] cell)
{
    using var input = OrtValue.CreateTensorValueFromMemory(x, [1, x.Length, 1]);
    using var h = OrtValue.CreateTensorValueFromMemory(hidden, [Layers, 1, Size]);
    using var c = OrtValue.CreateTensorValueFromMemory(cell, [Layers, 1, Size]);
    using var results = session.Run(new RunOptions(), session.InputNames, [input, h, c], session.OutputNames);
    float[] Values(int index) => results[index].GetTensorDataAsSpan<float>().ToArray();
    return (Values(0), Values(1), Values(2));
}

/// <summary>Predicts the next step of each sequence.</summary>
internal sealed class Forecaster
    : nn.Module<Tensor, (Tensor Hidden, Tensor Cell), (Tensor, (Tensor Hidden, Tensor Cell))>
{
    public const int Layers = 2, Size = 16;
    private readonly LSTM lstm = nn.LSTM(1, Size, numLayers: Layers, batchFirst: true);
    private readonly Linear head = nn.Linear(Size, 1);

    public Forecaster() : base(nameof(Forecaster)) => RegisterComponents();

    public override (Tensor, (Tensor Hidden, Tensor Cell)) forward(Tensor x, (Tensor Hidden, Tensor Cell) state)
    {
        var (features, hidden, cell) = lstm.call(x, state);
        return (head.call(features), (hidden, cell));
    }
}
