using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Operations;

/// <summary>An operation on tensors, the shapes of an example, and how to say which it was.</summary>
public sealed record Operation(string Name, Func<nn.Module> Build, params long[][] Shapes)
{
    public Operation(string name, Func<Tensor, Tensor> function, params long[][] shapes)
        : this(name, () => new Lambda(function), shapes) { }

    public Operation(string name, Func<Tensor, Tensor, Tensor> function, params long[][] shapes)
        : this(name, () => new Binary(function), shapes) { }

    public Operation(string name, Func<Tensor, Tensor[]> function, params long[][] shapes)
        : this(name, () => new Several(function), shapes) { }

    public int Opset { get; init; } = 17;

    public int LowestOpset { get; init; } = OnnxExportOptions.MinimumOpset;

    /// <summary>The axes of the first input that are left open beside the batch.</summary>
    public int[] Open { get; init; } = [];

    public bool DynamicBatch { get; init; } = true;

    /// <summary>Whether the second input holds indices below this number.</summary>
    public long? Indices { get; init; }

    public override string ToString() =>
        $"{Name} on {string.Join(" and ", Shapes.Select(shape => $"[{string.Join(", ", shape)}]"))} at opset {Opset}, "
            + $"open [{string.Join(", ", Open)}]";

    public void IsEqual()
    {
        using var scope = NewDisposeScope();
        var model = Build();
        Tensor[] example = [.. Shapes.Select((shape, index) =>
            index == 1 && Indices is { } below ? randint(0, below, shape, dtype: ScalarType.Int64) : randn(shape))];
        ModuleCheck.IsEqual(model, example, new()
        {
            Opset = Opset,
            DynamicBatch = DynamicBatch,
            DynamicDimensions = [.. Open.Select(axis => new DynamicDimension($"D{axis}", 0, axis))],
        });
    }

    private sealed class Binary(Func<Tensor, Tensor, Tensor> function) : nn.Module<Tensor, Tensor, Tensor>(nameof(Binary))
    {
        public override Tensor forward(Tensor left, Tensor right) => function(left, right);
    }

    private sealed class Several(Func<Tensor, Tensor[]> function) : nn.Module<Tensor, Tensor[]>(nameof(Several))
    {
        public override Tensor[] forward(Tensor input) => function(input);
    }
}

/// <summary>Draws operations and checks that each gives TorchSharp's values.</summary>
public static class OperationCheck
{
    public static void Equal(this Gen<Operation> operations, int count) =>
        operations.Sample(
            operation => operation.IsEqual(), iter: count, threads: 1, print: operation => operation.ToString());

    /// <summary>Checks each of a family once, at an operator set and with open axes that are drawn.</summary>
    public static void EachEqual(this IEnumerable<Operation> family, int rounds, params int[] axes) => Assert.Multiple(
        [.. family.Select(operation => (Action)(() =>
            (from opset in Gen.Int[operation.LowestOpset, OnnxExportOptions.MaximumOpset]
             from open in Gen.OneOf(axes)
             from isOpen in Gen.Bool
             select operation with { Opset = opset, Open = isOpen && operation.Open.Length == 0 ? [open] : operation.Open })
            .Equal(rounds)))]);
}
