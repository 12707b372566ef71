using CsCheck;
using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests.Modules;

/// <summary>Compares exported modules, run by ONNX Runtime, with TorchSharp.</summary>
public static class ModuleCheck
{
    /// <summary>Gets ONNX Runtime with and without graph optimizations.</summary>
    public static IReadOnlyList<IGraphRunner> Runners { get; } =
        [new OnnxRuntimeRunner(), new OnnxRuntimeRunner(optimize: false)];

    public static Gen<int> Opsets { get; } = Gen.Int[OnnxExportOptions.MinimumOpset, OnnxExportOptions.MaximumOpset];

    public static OnnxProgram IsEqual(nn.Module model, Tensor example, OnnxExportOptions? options = null) =>
        IsEqual(model, [example], options);

    /// <summary>
    /// Exports a module and compares the results for the example and for the inputs that the verifier draws.
    /// </summary>
    public static OnnxProgram IsEqual(
        nn.Module model, IReadOnlyList<object?> example, OnnxExportOptions? options = null)
    {
        options ??= new();
        var program = Unchanged(model, () => OnnxExporter.Export(model, example, options));
        foreach (var runner in Runners)
        {
            var report = Unchanged(model, () => program.Verify(runner));
            // Drawn sizes may make a result constant, such as a softmax over one element.
            Assert.True(report.Cases.All(@case => @case.Passed), report.ToString());
            using var session = runner.Load(program.ToBytes());
            IsEqualByHand(model, example, program, session, options);
        }
        return program;
    }

    /// <summary>Checks that a function leaves the module and torch's random state as they are.</summary>
    private static T Unchanged<T>(nn.Module model, Func<T> function)
    {
        var before = DeepState.Of(model);
        var result = function();
        Assert.Equal(before, DeepState.Of(model));
        return result;
    }

    /// <summary>Compares the results for one example without the verifier, which is itself under test.</summary>
    public static void IsEqualByHand(
        nn.Module model, IReadOnlyList<object?> example, OnnxProgram program, IGraphSession session,
        OnnxExportOptions options)
    {
        model.eval();
        using var gradients = GradientMode.For(model);
        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        var inputs = graph.Input.Zip(ModelInputs.Flatten(example), (input, tensor) => (input.Name, tensor))
            .ToDictionary(pair => pair.Name, pair => TensorCopy.ToManaged(pair.tensor));
        var copies = new ModelInputs(example).With(
            ModelInputs.Flatten(example).Select(tensor => tensor.clone()).ToList());
        List<Tensor> expected = [.. ModelInputs.Flatten(ModelCall.Run(model, copies.Arguments))];
        var outputs = session.Run(inputs);
        Assert.Equal(expected.Count, graph.Output.Count);
        foreach (var (output, tensor) in graph.Output.Zip(expected))
        {
            Assert.Equal(tensor.shape, outputs[output.Name].Shape);
            double[] want = Numbers(TensorCopy.ToManaged(tensor)), got = Numbers(outputs[output.Name]);
            // A few drawn elements may all be tiny.
            double scale = want.Where(double.IsFinite).Select(Math.Abs).Append(1).Max();
            foreach (var (index, pair) in want.Zip(got).Index())
            {
                Assert.True(
                    pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second)
                        <= options.Relative * Math.Abs(pair.First) + options.Scale * scale,
                    $"element {index} of '{output.Name}': TorchSharp gives {pair.First}, the graph {pair.Second}.");
            }
        }
    }

    private static double[] Numbers(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => [.. floats.Data.Select(value => (double)value)],
        GraphTensor<double> doubles => doubles.Data,
        GraphTensor<long> longs => [.. longs.Data.Select(value => (double)value)],
        GraphTensor<int> ints => [.. ints.Data.Select(value => (double)value)],
        GraphTensor<byte> bytes => [.. bytes.Data.Select(value => (double)value)],
        GraphTensor<bool> flags => [.. flags.Data.Select(value => value ? 1.0 : 0)],
        _ => throw new NotSupportedException($"{tensor.ElementType}"),
    };

    // New normalizations have weight 1, bias 0, mean 0 and variance 1, which would hide mistakes.
    public static void Randomize(nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (var (name, tensor) in model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(model.named_buffers().Select(entry => (entry.name, entry.buffer))))
        {
            if (tensor.dtype != ScalarType.Float32) continue;
            if (name.Contains("running_var")) tensor.uniform_(0.5, 2);
            else if (tensor.dim() == 1) tensor.uniform_(-1, 1);
        }
    }
}
