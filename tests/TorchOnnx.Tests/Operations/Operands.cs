using CsCheck;

namespace TorchOnnx.Tests.Operations;

/// <summary>Operands of each dtype, made from the numbers that the verifier draws.</summary>
public static class Operands
{
    public static ScalarType[] Floats { get; } = [ScalarType.Float32, ScalarType.Float64];

    public static ScalarType[] Integers { get; } =
        [ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte];

    public static ScalarType[] Numbers { get; } = [.. Floats, .. Integers];

    public static ScalarType[] All { get; } = [.. Numbers, ScalarType.Bool];

    public static Gen<long[]> Shapes { get; } = Gen.Long[1, 4].Array[1, 4];

    /// <summary>
    /// Converts numbers to a dtype, with some equal elements and both signs where it has them.
    /// </summary>
    public static Tensor As(Tensor normal, ScalarType type) => type switch
    {
        ScalarType.Bool => normal > 0,
        ScalarType.Byte => (normal * 2).abs().to(type),
        ScalarType.Float32 or ScalarType.Float64 => normal.to(type),
        _ => (normal * 2).to(type),
    };

    /// <summary>Converts numbers to a dtype without zeros.</summary>
    public static Tensor WithoutZero(Tensor normal, ScalarType type) => Floats.Contains(type)
        ? (normal + (normal == 0)).to(type)
        : (normal.abs() * 2).to(type) + 1;

    /// <summary>Draws a shape that broadcasts against another one.</summary>
    public static Gen<long[]> Broadcast(long[] shape) =>
        from skip in Gen.Int[0, shape.Length - 1]
        from flat in Gen.Bool.Array[shape.Length]
        select shape.Select((size, axis) => flat[axis] ? 1 : size).Skip(skip).ToArray();
}
