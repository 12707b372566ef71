using CsCheck;
using OnnxDigits.Export.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Tests.Modules;

/// <summary>A module, an example for it, and how to say which it was.</summary>
public sealed record Case(string Name, Func<nn.Module<Tensor, Tensor>> Build, long[] Shape)
{
    public int Opset { get; init; } = 17;

    public override string ToString() => $"{Name} on [{string.Join(", ", Shape)}] at opset {Opset}";
}

/// <summary>Exports modules and holds the bytes, run by ONNX Runtime, against TorchSharp.</summary>
public static class ModuleCheck
{
    private static readonly IGraphRunner[] Runners = [new OnnxRuntimeRunner(), new OnnxRuntimeRunner(optimize: false)];

    public static Gen<int> Opsets { get; } = Gen.Int[OnnxExportOptions.MinimumOpset, OnnxExportOptions.MaximumOpset];

    /// <summary>Draws configurations and checks that each gives TorchSharp's values.</summary>
    public static void Equal(this Gen<Case> cases, int count = 25) =>
        cases.Sample(@case => IsEqual(@case), iter: count, threads: 1, print: @case => @case.ToString());

    public static void IsEqual(Case @case)
    {
        using var scope = NewDisposeScope();
        var model = @case.Build();
        Randomize(model);
        IsEqual(model, randn(@case.Shape), new() { Opset = @case.Opset });
    }

    public static OnnxProgram IsEqual(
        nn.Module<Tensor, Tensor> model, Tensor example, OnnxExportOptions? options = null)
    {
        var program = OnnxExporter.Export(model, example, options);
        foreach (var runner in Runners)
        {
            var report = program.Verify(runner);
            Assert.True(report.Passed, report.ToString());
        }
        IsEqualByHand(model, example, program);
        return program;
    }

    // Not by the verifier, which is under test itself.
    private static void IsEqualByHand(nn.Module<Tensor, Tensor> model, Tensor example, OnnxProgram program)
    {
        model.eval();
        using var noGrad = no_grad();
        float[] expected = model.call(example.clone()).contiguous().data<float>().ToArray();
        using var session = Runners[0].Load(program.ToBytes());
        GraphTensor input = example.dtype == ScalarType.Int64
            ? new GraphTensor<long>(example.contiguous().data<long>().ToArray(), example.shape)
            : new GraphTensor<float>(example.contiguous().data<float>().ToArray(), example.shape);
        var output = Assert.IsType<GraphTensor<float>>(
            session.Run(new Dictionary<string, GraphTensor> { ["input"] = input })["output"]);
        Assert.Equal(expected.Length, output.Data.Length);
        foreach (var (want, got) in expected.Zip(output.Data))
            Assert.True(Math.Abs(want - got) <= 1e-5 + 1e-4 * Math.Abs(want), $"TorchSharp gives {want}, the graph {got}.");
    }

    // Fresh norms have weight 1, bias 0, mean 0 and variance 1, which would hide a mistake in any of them.
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
