using CsCheck;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests;

/// <summary>Describes a module to export, with the shapes of its inputs.</summary>
/// <param name="Name">The name in a failure's message.</param>
/// <param name="Build">Builds the module.</param>
/// <param name="Shapes">The shape of each input.</param>
public sealed record Case(string Name, Func<nn.Module> Build, params long[][] Shapes)
{
    public Case(string name, Func<Tensor, Tensor> function, params long[][] shapes)
        : this(name, () => new Lambda(x => Readable(function(x))), shapes) { }

    public Case(string name, Func<Tensor, Tensor, Tensor> function, params long[][] shapes)
        : this(name, () => new BinaryLambda((x, y) => Readable(function(x, y))), shapes) { }

    public Case(string name, Func<Tensor, Tensor[]> function, params long[][] shapes)
        : this(name, () => new MultipleLambda(function), shapes) { }

    public int Opset { get; init; } = 17;

    /// <summary>Gets the first opset that <see cref="Cases.EachEqual"/> may draw.</summary>
    public int LowestOpset { get; init; } = OnnxExportOptions.MinimumOpset;

    public bool DynamicBatch { get; init; } = true;

    public bool DataDependent { get; init; }

    /// <summary>Gets the dynamic axes of the first input, in addition to the batch.</summary>
    public int[] Open { get; init; } = [];

    /// <summary>Gets the exclusive upper bound of the second input's elements, if they are indices.</summary>
    public long? Indices { get; init; }

    public override string ToString() =>
        $"{Name} on {string.Join(" and ", Shapes.Select(shape => $"[{string.Join(", ", shape)}]"))} at opset {Opset}, "
            + $"open [{string.Join(", ", Open)}]";

    /// <summary>Checks that the exported graph gives TorchSharp's results.</summary>
    public void IsEqual()
    {
        using var scope = NewDisposeScope();
        var model = Build();
        ModuleCheck.Randomize(model);
        ModuleCheck.IsEqual(model, Example(), Options);
    }

    public Tensor[] Example() => [.. Shapes.Select((shape, index) =>
        index == 1 && Indices is { } below ? randint(0, below, shape, dtype: ScalarType.Int64) : randn(shape))];

    public OnnxExportOptions Options => new()
    {
        Opset = Opset,
        DynamicBatch = DynamicBatch,
        DataDependentShapes = DataDependent,
        DynamicDimensions = [.. Open.Select(axis => new DynamicDimension($"D{axis}", 0, axis))],
    };

    // The runner cannot return the small signed types.
    private static Tensor Readable(Tensor tensor) =>
        tensor.dtype is ScalarType.Int16 or ScalarType.Int8 ? tensor.to(ScalarType.Int32) : tensor;
}

/// <summary>Checks many cases.</summary>
public static class Cases
{
    /// <summary>Draws <paramref name="count"/> cases and checks each.</summary>
    public static void Equal(this Gen<Case> cases, int count = 25) =>
        cases.Check(count, @case => @case.IsEqual());

    /// <summary>Checks each case <paramref name="rounds"/> times with a drawn opset and dynamic axis.</summary>
    public static void EachEqual(this IEnumerable<Case> family, int rounds, params int[] axes) => Assert.Multiple(
        [.. family.Select(@case => (Action)(() =>
            (from opset in Gen.Int[@case.LowestOpset, OnnxExportOptions.MaximumOpset]
             from open in Gen.OneOf(axes)
             from isOpen in Gen.Bool
             select @case with { Opset = opset, Open = isOpen && @case.Open.Length == 0 ? [open] : @case.Open })
            .Equal(rounds)))]);
}
