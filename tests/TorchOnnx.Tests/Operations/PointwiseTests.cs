using CsCheck;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests.Operations;

public sealed class PointwiseTests
{
    // ONNX Runtime has these functions for float32 but not for double.
    private static readonly ScalarType[] Singles = [ScalarType.Float32, .. Operands.Integers];

    private static readonly (string Name, Func<Tensor, Tensor> Of, ScalarType[] Types)[] Functions =
    [
        ("abs", x => x.abs(), Operands.Numbers),
        ("neg", x => -x, Operands.Numbers),
        ("negative", x => x.negative(), Operands.Numbers),
        ("sign", x => x.sign(), Operands.Numbers),
        ("sgn", x => x.sgn(), Operands.Numbers),
        ("square", x => x.square(), Operands.Numbers),
        ("reciprocal", x => x.reciprocal(), Operands.Floats),
        ("1 / x", x => 1 / (x.abs() + 1), Operands.Numbers),
        ("sqrt", x => x.abs().sqrt(), Operands.Numbers),
        ("rsqrt", x => (x.abs() + 0.1).rsqrt(), Operands.Numbers),
        ("exp", x => x.exp(), Operands.All),
        ("exp2", x => x.exp2(), Operands.Numbers),
        ("special.exp2", special.exp2, Operands.Floats),
        ("expm1", x => x.expm1(), Operands.Numbers),
        ("special.expm1", special.expm1, Operands.Floats),
        ("log", x => (x.abs() + 0.1).log(), Operands.Numbers),
        ("log1p", x => (x.abs() - 0.9).log1p(), Singles),
        ("log2", x => (x.abs() + 0.1).log2(), Operands.Numbers),
        ("log10", x => (x.abs() + 0.1).log10(), Operands.Numbers),
        ("sin", x => x.sin(), Operands.Numbers),
        ("cos", x => x.cos(), Operands.Numbers),
        ("tan", x => x.tanh().tan(), Singles),
        ("asin", x => (x.tanh() * 0.9).asin(), Singles),
        ("arcsin", x => (x.tanh() * 0.9).arcsin(), Singles),
        ("acos", x => (x.tanh() * 0.9).acos(), Singles),
        ("arccos", x => (x.tanh() * 0.9).arccos(), Singles),
        ("atan", x => x.atan(), Singles),
        ("arctan", x => x.arctan(), Singles),
        ("sinh", x => x.sinh(), [ScalarType.Float32]),
        ("cosh", x => x.cosh(), [ScalarType.Float32]),
        ("tanh", x => x.tanh(), Operands.Numbers),
        ("asinh", x => x.asinh(), Singles),
        ("acosh", x => (x.abs() + 1.1).acosh(), Singles),
        ("atanh", x => (x.tanh() * 0.9).atanh(), Singles),
        ("erf", x => x.erf(), Singles),
        ("special.erf", special.erf, [ScalarType.Float32]),
        ("erfc", x => x.erfc(), Singles),
        ("special.erfc", special.erfc, [ScalarType.Float32]),
        ("special.ndtr", special.ndtr, [ScalarType.Float32]),
        ("sigmoid", x => x.sigmoid(), Operands.Numbers),
        ("special.entr", x => special.entr((x * 2).trunc() + x.relu()).exp(), Operands.Floats),
        ("special.expit", special.expit, Operands.Floats),
        ("logit", x => x.sigmoid().logit(), Operands.Floats),
        ("logit(eps)", x => x.sigmoid().logit(0.2), Operands.Floats),
        ("special.logit", x => special.logit(x.sigmoid()), Operands.Floats),
        ("sinc", x => x.sinc(), Operands.Numbers),
        ("deg2rad", x => x.deg2rad(), Operands.Numbers),
        ("rad2deg", x => x.rad2deg(), Operands.Numbers),
        ("positive", x => x.positive(), Operands.Numbers),
        ("floor", x => (x * 3).floor(), Operands.Numbers),
        ("ceil", x => (x * 3).ceil(), Operands.Numbers),
        ("round", x => (x * 3).round(), Operands.Floats),
        ("round(2)", x => x.round(2), Operands.Floats),
        ("round(-1)", x => (x * 30).round(-1), Operands.Floats),
        ("trunc", x => (x * 3).trunc(), Operands.Numbers),
        ("fix", x => (x * 3).fix(), Operands.Floats),
        ("frac", x => (x * 3).frac(), Operands.Floats),
        ("nan_to_num", x => x.sqrt().nan_to_num(), Operands.Floats),
        ("nan_to_num of any type", x => x.nan_to_num(1, 2), Operands.Numbers),
        ("nan_to_num(…)", x => (x.relu() / (x * 2).trunc()).nan_to_num(1.5, 7, -8), Operands.Floats),
        ("in place", x => x.clone().exp_().neg_().sigmoid_(), Operands.Floats),
    ];

    private static readonly (string Name, Func<Tensor, Tensor> Of)[] Predicates =
    [
        ("isnan", x => x.sqrt().isnan()),
        ("isinf", x => (1 / (x * 2).trunc()).isinf()),
        ("isposinf", x => (1 / (x * 2).trunc()).isposinf()),
        ("isneginf", x => (x.relu().log()).isneginf()),
        ("isfinite", x => (x.sqrt() / (x * 2).trunc()).isfinite()),
        ("isfinite of integers", x => (x * 2).to(ScalarType.Int64).isfinite()),
        ("isclose", x => x.isclose((x * 10).round() / 10, 1e-2, 1e-2)),
        ("isclose of NaN", x => x.sqrt().isclose(x.sqrt(), nanEqual: true)),
        ("logical_not", x => x.relu().logical_not()),
    ];

    [Fact]
    public void Function_AnyTypeAndShape_Equal() =>
        (from function in Gen.OneOf(Functions)
         from type in Gen.OneOf(function.Types)
         from shape in Operands.Shapes
         from opset in ModuleCheck.Opsets
         select new Case($"{function.Name} of {type}", x => function.Of(Operands.As(x, type)), shape) { Opset = opset })
        .Equal(250);

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_OfItsTypes_Equal(string name)
    {
        var function = Functions.First(function => function.Name == name);
        foreach (var type in function.Types)
        {
            new Case($"{name} of {type}", x => function.Of(Operands.As(x, type)), [3, 4]).IsEqual();
        }
    }

    public static TheoryData<string> Names => [.. Functions.Select(function => function.Name)];

    [Fact]
    public void Predicate_AnyShape_Equal() =>
        (from predicate in Gen.OneOf(Predicates)
         from shape in Operands.Shapes
         from opset in ModuleCheck.Opsets
         select new Case(predicate.Name, predicate.Of, shape) { Opset = opset })
        .Equal(40);

    [Fact]
    public void Log1pAndExpm1_NearZero_KeepTheirDigits() => ModuleCheck.IsEqual(
        new Lambda(x => ((x * 1e-6f).log1p() + (x * 1e-6f).expm1()) * 1e6f), randn(5, 7));
}
