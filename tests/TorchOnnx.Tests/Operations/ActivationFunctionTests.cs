using CsCheck;
using TorchOnnx.Tests.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Tests.Operations;

public sealed class ActivationFunctionTests
{
    private static readonly (string Name, Func<Tensor, double, Tensor> Of)[] Functions =
    [
        ("relu", (x, _) => functional.relu(x)),
        ("relu in place", (x, _) => functional.relu(x.clone(), inplace: true) + 1),
        ("relu of integers", (x, _) => (x * 4).to(ScalarType.Int32).relu()),
        ("relu of double", (x, _) => x.to(ScalarType.Float64).relu()),
        ("relu6", (x, a) => functional.relu6(x * a * 4)),
        ("leaky_relu", (x, a) => functional.leaky_relu(x, a)),
        ("leaky_relu in place", (x, a) => functional.leaky_relu(x * 1, a, inplace: true)),
        ("rrelu", (x, a) => functional.rrelu(x, a / 2, a)),
        ("elu", (x, a) => functional.elu(x, a)),
        ("elu of tensor", (x, a) => x.elu(a, 1.5, 1)),
        ("selu", (x, _) => functional.selu(x)),
        ("celu", (x, a) => functional.celu(x, a)),
        ("celu of tensor", (x, _) => x.celu()),
        ("gelu", (x, _) => functional.gelu(x)),
        ("gelu by tanh", (x, _) => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)),
        ("gelu without tanh", (x, _) => x.gelu(TorchSharp.Modules.GELU.Approximate.none)),
        ("silu", (x, _) => functional.silu(x)),
        ("mish", (x, _) => functional.mish(x)),
        ("hardtanh in place", (x, a) => functional.hardtanh(x.clone(), -a / 2, a, inplace: true)),
        ("hardsigmoid", (x, _) => functional.hardsigmoid(x * 3)),
        ("hardswish", (x, _) => functional.hardswish(x * 3)),
        ("hardshrink", (x, a) => functional.hardshrink(x, a)),
        ("softshrink", (x, a) => functional.softshrink(x, a)),
        ("tanhshrink", (x, _) => functional.tanhshrink(x)),
        ("softsign", (x, _) => functional.softsign(x)),
        ("softplus", (x, a) => functional.softplus(x * 5, a, 20)),
        ("softplus with threshold", (x, a) => x.softplus(a, 1)),
        ("logsigmoid", (x, _) => functional.logsigmoid(x * 20)),
        ("sigmoid", (x, _) => functional.sigmoid(x)),
        ("tanh", (x, _) => functional.tanh(x)),
        ("threshold", (x, a) => functional.threshold(x, a, -a)),
        ("prelu of one", (x, a) => functional.prelu(x, full([1], a))),
        ("prelu of channels", (x, a) => functional.prelu(x, full([x.shape[1]], a) + arange(x.shape[1]))),
        ("dropout", (x, a) => functional.dropout(x, a / 2, training: false)),
        ("dropout that keeps all", (x, _) => functional.dropout(x, 0)),
        ("alpha_dropout", (x, a) => functional.alpha_dropout(functional.feature_alpha_dropout(x, a / 2), a / 2)),
    ];

    [Fact]
    public void Function_AnyHyperparameter_Equal() =>
        (from function in Gen.OneOf(Functions)
         from parameter in Gen.Double[0.1, 1]
         from batch in Gen.Long[1, 4]
         from channels in Gen.Long[2, 5]
         from opset in ModuleCheck.Opsets
         select new Case($"{function.Name}({parameter})", x => function.Of(x, parameter), [batch, channels])
         {
             Opset = opset,
         })
        .Equal(100);

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_OfBatch_Equal(string name) => new Case(
        name, x => Functions.First(function => function.Name == name).Of(x, 0.7), [3, 4]).IsEqual();

    public static TheoryData<string> Names => [.. Functions.Select(function => function.Name)];

    [Fact]
    public void Dropout_OfImages_Equal() => ModuleCheck.IsEqual(
        new Lambda(x => functional.dropout2d(x, 0.5, false) + functional.dropout1d(x, 0.5, false) * 2
            + functional.dropout3d(x, 0.5, false)),
        randn(2, 3, 4));

    [Fact]
    public void Glu_DynamicDimension_Equal() => ModuleCheck.IsEqual(
        new Lambda(x => x.glu()), randn(2, 3, 4), new() { DynamicDimensions = [new("T", 0, 2) { MultipleOf = 2 }] });

    [Fact]
    public void Glu_AnyDimension_Equal() =>
        (from shape in Gen.Long[1, 3].Select(half => 2 * half).Array[2, 4]
         from dimension in Gen.Long[1, shape.Length - 1]
         from opset in ModuleCheck.Opsets
         select new Case($"glu({dimension})", x => functional.glu(x, dimension), shape) { Opset = opset })
        .Equal(15);
}
