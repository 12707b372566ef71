using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

// The digit on 28×28 bytes, by ONNX Runtime alone: BareRuntime IMAGE MODEL

float[] pixels = [.. File.ReadAllBytes(args[0]).Select(pixel => pixel / 255f)];
using var session = new InferenceSession(args[1]);
using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 1, 28, 28]);
using var options = new RunOptions();
using var results = session.Run(options, ["input"], [input], ["probabilities"]);
Console.WriteLine(TensorPrimitives.IndexOfMax(results[0].GetTensorDataAsSpan<float>()));
