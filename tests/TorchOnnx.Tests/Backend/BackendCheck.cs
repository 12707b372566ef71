using Onnx;
using TorchOnnx.Tests.Modules;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests.Backend;

/// <summary>Compares a module and its exported graph with stored results.</summary>
internal static class BackendCheck
{
    // ONNX's runner uses 1e-3 and 1e-7.
    private const double Relative = 1e-4, Absolute = 1e-6;

    public static void IsEqual(nn.Module module, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> expected)
    {
        using var noGrad = no_grad();
        module.eval();
        // The cases have static sizes.
        var program = OnnxExporter.Export(module, [.. inputs], new() { DynamicBatch = false });
        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        foreach (var runner in ModuleCheck.Runners)
        {
            using var session = runner.Load(program.ToBytes());
            var results = session.Run(graph.Input.Zip(inputs).ToDictionary(
                pair => pair.First.Name, pair => TensorCopy.ToManaged(pair.Second)));
            IsEqual(
                runner.Name, [.. graph.Output.Select(output => TensorCopy.ToTorch(results[output.Name]))], expected);
        }
        IsEqual("TorchSharp", [.. ModelInputs.Flatten(ModelCall.Run(module, [.. inputs]))], expected);
    }

    private static void IsEqual(string who, IReadOnlyList<Tensor> actual, IReadOnlyList<Tensor> expected)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (got, want) in actual.Zip(expected))
        {
            Assert.Equal(want.shape, got.shape);
            Assert.Equal(want.dtype, got.dtype);
            var (left, right) = (got.to(ScalarType.Float64), want.to(ScalarType.Float64));
            Assert.True(
                // Some results are NaN, such as roots of negative numbers.
                allclose(left, right, Relative, Absolute, equal_nan: true),
                $"{who} differs by {(left - right).abs().max().item<double>()}.");
        }
    }
}
