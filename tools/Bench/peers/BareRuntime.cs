#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false
// Prints the digit in a file of 28×28 bytes, with ONNX Runtime: BareRuntime IMAGE MODEL
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

float[] pixels = [.. File.ReadAllBytes(args[0]).Select(pixel => pixel / 255f)];
using var session = new InferenceSession(args[1]);
using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 1, 28, 28]);
using var options = new RunOptions();
using var results = session.Run(options, ["input"], [input], ["probabilities"]);
Console.WriteLine(TensorPrimitives.IndexOfMax(results[0].GetTensorDataAsSpan<float>()));
