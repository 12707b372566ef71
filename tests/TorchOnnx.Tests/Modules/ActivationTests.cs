using CsCheck;
using TorchSharp.Modules;

namespace TorchOnnx.Tests.Modules;

public sealed class ActivationTests
{
    private static readonly Gen<double> Positive = Gen.Double[0.05, 3];
    private static readonly Gen<double> Signed = Gen.Double[-1.5, 1.5];

    public sealed record Activation(string Name, Func<nn.Module<Tensor, Tensor>> Build);

    /// <summary>Checks activations on small and large inputs at every opset.</summary>
    /// <remarks>A single element may lie where the results are tiny differences of large numbers.</remarks>
    private static void Equal(Gen<Activation> modules, int count = 20) =>
        (from module in modules
         from shape in Gen.Long[1, 6].Array[0, 3].Select(shape => (long[])[8, .. shape])
         from scale in Gen.OneOf(Gen.Const(1.0), Gen.Const(30.0))
         from opset in ModuleCheck.Opsets
         select (module, shape, scale, opset))
        .Check(
            count,
            drawn =>
            {
                using var scope = NewDisposeScope();
                ModuleCheck.IsEqual(
                    drawn.module.Build(), randn(drawn.shape) * drawn.scale, new() { Opset = drawn.opset });
            },
            drawn =>
                $"{drawn.module.Name} on [{string.Join(", ", drawn.shape)}] · {drawn.scale} at opset {drawn.opset}");

    public static TheoryData<string, Func<bool, nn.Module<Tensor, Tensor>>> WithoutHyperparameters => new()
    {
        { "ReLU", inplace => nn.ReLU(inplace) },
        { "ReLU6", inplace => nn.ReLU6(inplace) },
        { "SELU", inplace => nn.SELU(inplace) },
        { "Sigmoid", inplace => nn.Sigmoid(inplace) },
        { "LogSigmoid", _ => nn.LogSigmoid() },
        { "SiLU", inplace => nn.SiLU(inplace) },
        { "Hardsigmoid", inplace => nn.Hardsigmoid(inplace) },
        { "Hardswish", inplace => nn.Hardswish(inplace) },
        { "Tanh", inplace => nn.Tanh(inplace) },
        { "Tanhshrink", inplace => nn.Tanhshrink(inplace) },
        { "Softsign", inplace => nn.Softsign(inplace) },
        { "Mish", inplace => nn.Mish(inplace) },
        { "GELU", inplace => nn.GELU(GELU.Approximate.none, inplace) },
        { "GELU tanh", inplace => nn.GELU(GELU.Approximate.tanh, inplace) },
    };

    [Theory]
    [MemberData(nameof(WithoutHyperparameters), DisableDiscoveryEnumeration = true)]
    public void Activation_InPlaceOrNot_Equal(string name, Func<bool, nn.Module<Tensor, Tensor>> build) =>
        Equal(Gen.Bool.Select(inplace => new Activation(name, () => build(inplace))), 12);

    // Each row draws two numbers, and some rows use only the first.
    public static TheoryData<string, Gen<Activation>> WithHyperparameters => new()
    {
        { "LeakyReLU", Draw(Signed, Signed, (slope, _) => nn.LeakyReLU(slope)) },
        { "RReLU", Draw(Positive, Positive, (low, more) => nn.RReLU(low, low + more)) },
        { "Hardtanh", Draw(Signed, Positive, (low, more) => nn.Hardtanh(low, low + more, inplace: true)) },
        { "Threshold", Draw(Signed, Signed, (threshold, value) => nn.Threshold(threshold, value)) },
        { "ELU", Draw(Signed, Signed, (alpha, _) => nn.ELU(alpha)) },
        { "CELU", Draw(Positive, Positive, (alpha, _) => nn.CELU(alpha)) },
        { "Hardshrink", Draw(Positive, Positive, (lambda, _) => nn.Hardshrink(lambda)) },
        { "Softshrink", Draw(Positive, Positive, (lambda, _) => nn.Softshrink(lambda)) },
        {
            "Softplus", Draw(
                Gen.OneOf(Gen.Const(1.0), Positive), Gen.OneOf(Gen.Const(20.0), Positive),
                (beta, threshold) => nn.Softplus(beta, threshold))
        },
    };

    [Theory]
    [MemberData(nameof(WithHyperparameters), DisableDiscoveryEnumeration = true)]
    public void Activation_AnyHyperparameters_Equal(string name, Gen<Activation> activations) => Equal(
        activations.Select(activation => activation with { Name = name + activation.Name }), 24);

    private static Gen<Activation> Draw(
        Gen<double> first, Gen<double> second, Func<double, double, nn.Module<Tensor, Tensor>> build) =>
        Gen.Select(first, second, (a, b) => new Activation($"({a}, {b})", () => build(a, b)));

    [Fact]
    public void PRelu_OneSlopeOrOnePerChannel_Equal() =>
        (from channels in Gen.Long[1, 5]
         from one in Gen.Bool
         from space in Gen.Long[1, 4].Array[0, 3]
         select new Case($"PReLU({(one ? 1 : channels)})", () => nn.PReLU(one ? 1 : channels), [2, channels, .. space]))
        .Equal(40);

    [Fact]
    public void Glu_AnyDimensionExceptBatch_Equal() =>
        (from half in Gen.Long[1, 4]
         from behind in Gen.Long[1, 3].Array[0, 2]
         from fromEnd in Gen.Bool
         from opset in ModuleCheck.Opsets
         let dimension = fromEnd ? -1 - behind.Length : 1
         select new Case($"GLU({dimension})", () => nn.GLU(dimension), [2, 2 * half, .. behind]) { Opset = opset })
        .Equal();

    [Fact]
    public void Softmax_AnyDimension_Equal() =>
        (from shape in Gen.Long[1, 5].Array[2, 4]
         from axis in Gen.Int[0, shape.Length - 1]
         from fromEnd in Gen.Bool
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         let dimension = fromEnd ? axis - shape.Length : axis
         select new Case($"softmax kind {kind} ({dimension})", () => kind switch
         {
             0 => nn.Softmax(dimension),
             1 => nn.LogSoftmax(dimension),
             _ => nn.Softmin(dimension),
         },
         shape)
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void Softmax2d_Images_Equal() => new Case("Softmax2d", nn.Softmax2d, [2, 3, 4, 5]).IsEqual();
}
