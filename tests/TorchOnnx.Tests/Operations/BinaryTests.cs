using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;

namespace TorchOnnx.Tests.Operations;

public sealed class BinaryTests
{
    private sealed record Operation(
        string Name, Func<Tensor, Tensor, Tensor> Of, ScalarType[] Types, bool ByZero = true)
    {
        public override string ToString() => Name;
    }

    private static readonly ScalarType[] Large =
        [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Int32];

    private static readonly ScalarType[] Single = [ScalarType.Float32];

    private static readonly ScalarType[] Flags = [ScalarType.Bool];

    private static readonly Operation[] Operations =
    [
        new("+", (x, y) => x + y, Operands.All),
        new("add(alpha)", (x, y) => x.add(y, 2), Operands.Numbers),
        new("-", (x, y) => x - y, Operands.Numbers),
        new("subtract", (x, y) => x.subtract(y), Operands.Numbers),
        new("*", (x, y) => x * y, Operands.All),
        new("/", (x, y) => x / y, Operands.Numbers, ByZero: false),
        new("div floor", (x, y) => x.div(y, RoundingMode.floor), Operands.Numbers, ByZero: false),
        new("div trunc", (x, y) => x.div(y, RoundingMode.trunc), Operands.Numbers, ByZero: false),
        new("floor_divide", (x, y) => x.floor_divide(y), Operands.Numbers, ByZero: false),
        new("true_divide", (x, y) => x.true_divide(y), Operands.Numbers, ByZero: false),
        new("%", (x, y) => x % y, Operands.Numbers, ByZero: false),
        new("fmod", (x, y) => x.fmod(y), Operands.Numbers, ByZero: false),
        // Below 2^31, because TorchSharp and ONNX Runtime overflow differently.
        new("pow", (x, y) => (x.abs() + 1).clamp_max(4).pow(y.abs().clamp_max(9)), Large),
        new("float_power", (x, y) => (x.abs() + 1).float_power(y), Large),
        new("ldexp", (x, y) => x.ldexp(y), Operands.Floats),
        new("maximum", (x, y) => x.maximum(y), Operands.All),
        new("minimum", (x, y) => x.minimum(y), Operands.All),
        new("max(other)", (x, y) => x.max(y), Operands.Numbers),
        new("min(other)", (x, y) => torch.min(x, y), Operands.Numbers),
        new("fmax", (x, y) => x.to(ScalarType.Float32).sqrt().fmax(y), Operands.Floats),
        new("fmin", (x, y) => x.fmin(y.to(ScalarType.Float32).sqrt()), Operands.Floats),
        new("atan2", (x, y) => x.atan2(y), Single),
        new("hypot", (x, y) => (x * 1e30).hypot(y * 1e30) / 1e30, Operands.Floats),
        new("logaddexp", (x, y) => x.logaddexp(y), Single),
        new("xlogy", (x, y) => x.xlogy(y.abs() + 0.1), Operands.Numbers),
        new("xlog1py", (x, y) => special.xlog1py(x, y.abs()), Single),
        new("heaviside", (x, y) => x.trunc().heaviside(y.to(x.dtype)), Operands.Floats),
        new("copysign", (x, y) => x.copysign(y.trunc()), Operands.Floats),
        new("left shift", (x, y) => x.bitwise_left_shift(y * 3), Operands.Integers),
        new("right shift", (x, y) => (x * 20).bitwise_right_shift(y), Operands.Integers),
        new("==", (x, y) => x == y, Operands.All),
        new("!=", (x, y) => x != y, Operands.All),
        new("<", (x, y) => x < y, Operands.Numbers),
        new("<=", (x, y) => x <= y, Operands.Numbers),
        new(">", (x, y) => x > y, Operands.All),
        new(">=", (x, y) => x >= y, Operands.Numbers),
        new("eq_", (x, y) => x.clone().eq_(y), [ScalarType.Int64]),
        new("logical_and", (x, y) => x.logical_and(y), Operands.All),
        new("logical_or", (x, y) => x.logical_or(y), Operands.All),
        new("logical_xor", (x, y) => x.logical_xor(y), Operands.All),
        new("&", (x, y) => x & y, Flags),
        new("|", (x, y) => x | ~y, Flags),
        new("^", (x, y) => x ^ y, Flags),
        new("where", (x, y) => where(x > y, x, y), Operands.Numbers),
        new("where with numbers", (x, y) => where(x > y, x, 0.5), Operands.Numbers),
        new("masked_fill", (x, y) => (x * y).masked_fill(y > 0, -7), Operands.Numbers),
        new("clamp tensors", (x, y) => x.clamp(y, y + 1), Operands.Numbers),
        new("clamp min", (x, y) => x.clamp(min: y), Operands.Numbers),
        new("lerp", (x, y) => x.lerp(y.to(x.dtype), y.to(x.dtype).sigmoid()), Operands.Floats),
        new("addcmul", (x, y) => x.addcmul(y, x, 0.5), Operands.Floats),
        new("addcdiv", (x, y) => x.addcdiv(x, y.abs() + 1, 2), Operands.Floats),
        new("isclose", (x, y) => x.isclose(y.to(x.dtype), 0.1, 0.1), Operands.Floats),
    ];

    private static readonly (string Name, Func<Tensor, Scalar, Tensor> Of, ScalarType[] Types)[] WithNumbers =
    [
        ("x + s", (x, s) => x + s, Operands.All),
        ("s + x", (x, s) => s + x, Operands.All),
        ("x - s", (x, s) => x - s, Operands.Numbers),
        ("s - x", (x, s) => s - x, Operands.Numbers),
        ("x * s", (x, s) => x * s, Operands.All),
        ("s * x", (x, s) => s * x, Operands.All),
        ("x / s", (x, s) => x / s, Operands.Numbers),
        ("s / x", (x, s) => s / (x.abs() + 1), Operands.Numbers),
        ("x % s", (x, s) => x % s, Operands.Numbers),
        ("fmod", (x, s) => x.fmod(s), Operands.Numbers),
        ("floor_divide", (x, s) => x.floor_divide(s), Operands.Numbers),
        ("div trunc", (x, s) => x.div(s, RoundingMode.trunc), Operands.Numbers),
        ("pow", (x, s) => (x.abs() + 1).pow(s), Large),
        ("2 pow", (x, _) => torch.pow((Tensor)2, x.abs()), Large),
        ("x == s", (x, s) => x == s, Operands.Numbers),
        ("x != s", (x, s) => x != s, Operands.Numbers),
        ("x < s", (x, s) => x < s, Operands.Numbers),
        ("s <= x", (x, s) => s <= x, Operands.Numbers),
        ("x > s", (x, s) => x > s, Operands.All),
        ("s >= x", (x, s) => s >= x, Operands.Numbers),
        ("clamp", (x, s) => x.clamp(-1, s), Operands.Numbers),
        ("clip", (x, s) => x.clip(max: s), Operands.Numbers),
        ("clamp_min", (x, s) => x.clamp_min(s), Operands.Numbers),
        ("clamp_max", (x, s) => x.clamp_max(s), Operands.Numbers),
        ("xlogy", (x, s) => x.xlogy(s), Operands.Numbers),
        ("masked_fill", (x, s) => x.masked_fill(x > 0, s), Operands.Floats),
        ("add in place", (x, s) => x.clone().add_(s).mul_(s).sub_(s), Operands.Floats),
    ];

    private static readonly Scalar[] Numbers = [2, 3L, 2.5, 0.7f];

    [Fact]
    public void Operation_AnyTypesBroadcast_Equal() =>
        (from operation in Gen.OneOf(Operations)
         from left in Gen.OneOf(operation.Types)
         from right in Gen.OneOf(operation.Types)
         from shape in Operands.Shapes
         from other in Operands.Broadcast(shape)
         from opset in ModuleCheck.Opsets
         select ToCase(operation, left, right, shape, other) with { Opset = opset, DynamicBatch = false })
        .Equal(300);

    [Fact]
    public void Operation_ScalarTensor_PromotesByKind() =>
        (from operation in Gen.OneOf(Operations)
         from left in Gen.OneOf(operation.Types)
         from right in Gen.OneOf(operation.Types)
         from opset in ModuleCheck.Opsets
         select ToCase(operation, left, right, [3, 4], []) with { Opset = opset, DynamicBatch = false })
        .Equal(60);

    [Fact]
    public void Operation_WithNumber_Equal() =>
        (from operation in Gen.OneOf(WithNumbers)
         from type in Gen.OneOf(operation.Types)
         from number in Gen.OneOf(Numbers)
         from shape in Operands.Shapes
         from opset in ModuleCheck.Opsets
         select new Case(
             $"{operation.Name} of {type} with {number.ToDouble()} of {number.Type}",
             x => operation.Of(Operands.As(x, type), number), shape)
         { Opset = opset })
        .Equal(150);

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_OfItsTypes_Equal(string name)
    {
        var operation = Operations.First(operation => operation.Name == name);
        foreach (var type in operation.Types) ToCase(operation, type, type, [2, 3], [2, 3]).IsEqual();
    }

    public static TheoryData<string> Names => [.. Operations.Select(operation => operation.Name)];

    [Fact]
    public void Operation_NumberFromDynamicSize_Equal() => ModuleCheck.IsEqual(
        new Lambda(x => (x * x.shape[0] + (x.shape[0] + 1) / (x.abs() + 1)).clamp_max((float)x.shape[0])), randn(2, 3));

    [Theory]
    [InlineData(18)]
    [InlineData(22)]
    public void Bits_OfIntegers_Equal(int opset) => new Case(
        "bits",
        (x, y) =>
            (Operands.As(x, ScalarType.Int64) & Operands.As(y, ScalarType.Int32)) ^ ~Operands.As(x, ScalarType.Int32)
            | Operands.As(y, ScalarType.Int64),
        [4, 5], [4, 5])
    { Opset = opset }.IsEqual();

    private static Case ToCase(
        Operation operation, ScalarType left, ScalarType right, long[] shape, long[] other) => new(
        $"{operation} of {left} and {right}",
        (x, y) => operation.Of(
            Operands.As(x, left), operation.ByZero ? Operands.As(y, right) : Operands.WithoutZero(y, right)),
        shape, other);
}
