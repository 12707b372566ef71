using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Operations;

/// <summary>A module of two inputs whose forward is a lambda.</summary>
public sealed class BinaryLambda(Func<Tensor, Tensor, Tensor> function)
    : nn.Module<Tensor, Tensor, Tensor>(nameof(BinaryLambda))
{
    public override Tensor forward(Tensor left, Tensor right) => function(left, right);
}

/// <summary>A module of one input and several outputs whose forward is a lambda.</summary>
public sealed class MultipleLambda(Func<Tensor, Tensor[]> function) : nn.Module<Tensor, Tensor[]>(nameof(MultipleLambda))
{
    public override Tensor[] forward(Tensor input) => function(input);
}

/// <summary>Operands of all types made of normal numbers, which are what the verifier draws.</summary>
public static class Operands
{
    public static ScalarType[] Floats { get; } = [ScalarType.Float32, ScalarType.Float64];

    public static ScalarType[] Integers { get; } =
        [ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte];

    public static ScalarType[] Numbers { get; } = [.. Floats, .. Integers];

    public static ScalarType[] All { get; } = [.. Numbers, ScalarType.Bool];

    public static Gen<long[]> Shapes { get; } = Gen.Long[1, 4].Array[1, 4];

    /// <summary>A tensor of the given type with about as many negative as positive elements, some of them equal.</summary>
    public static Tensor As(Tensor normal, ScalarType type) => type switch
    {
        ScalarType.Bool => normal > 0,
        ScalarType.Byte => (normal * 4).abs().to(type),
        ScalarType.Float32 or ScalarType.Float64 => normal.to(type),
        _ => (normal * 4).to(type),
    };

    /// <summary>Like <see cref="As"/>, without 0.</summary>
    public static Tensor WithoutZero(Tensor normal, ScalarType type) => Floats.Contains(type)
        ? normal.to(type)
        : (normal.abs() * 4).to(type) + 1;

    /// <summary>A tensor in a type that a graph's output may have here.</summary>
    public static Tensor Readable(Tensor tensor) =>
        Integers.Contains(tensor.dtype) && tensor.dtype != ScalarType.Int64 ? tensor.to(ScalarType.Int32) : tensor;

    /// <summary>A shape that broadcasts against another: some of its dimensions, some of them of size 1.</summary>
    public static Gen<long[]> Broadcast(long[] shape) =>
        from skip in Gen.Int[0, shape.Length - 1]
        from flat in Gen.Bool.Array[shape.Length]
        select shape.Select((size, axis) => flat[axis] ? 1 : size).Skip(skip).ToArray();

    public static void Check(string what, Func<Tensor, Tensor> function, long[] shape, int opset) =>
        ModuleCheck.IsEqual(new Case(what, () => new Lambda(x => Readable(function(x))), shape) { Opset = opset });

    public static void Check(
        Func<Tensor, Tensor, Tensor> function, long[] left, long[] right, int opset, bool dynamic = false)
    {
        using var scope = NewDisposeScope();
        ModuleCheck.IsEqual(
            new BinaryLambda((x, y) => Readable(function(x, y))), [randn(left), randn(right)],
            new() { Opset = opset, DynamicBatch = dynamic });
    }
}
