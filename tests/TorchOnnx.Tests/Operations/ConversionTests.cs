using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;

namespace TorchOnnx.Tests.Operations;

public sealed class ConversionTests
{
    private static readonly (string Name, Func<Tensor, ScalarType, Tensor> Of)[] Conversions =
    [
        ("to", (x, type) => x.to(type)),
        ("to_type", (x, type) => x.to_type(type)),
        ("type", (x, type) => x.type(type)),
        ("type_as", (x, type) => x.type_as(zeros([1], type))),
        ("to(other)", (x, type) => x.to(zeros([1], type))),
        ("to with device", (x, type) => x.to(type, CPU)),
    ];

    private static readonly (string Name, Func<Tensor, Tensor> Of)[] Identities =
    [
        ("alias", x => x.alias()),
        ("clone", x => x.clone() + 1),
        ("contiguous", x => x.contiguous()),
        ("detach", x => x.detach() * 2),
        ("cpu", x => x.cpu()),
        ("to(device)", x => x.to(CPU)),
        ("to(device type)", x => x.to(DeviceType.CPU).exp()),
        ("to(string)", x => x.to("cpu")),
        ("fill_", x => x.clone().fill_(2.5) + x),
        ("fill_ with the batch size", x => (x * 1).fill_(x.shape[0])),
        ("zero_", x => (x * 4).to(ScalarType.Int64).zero_() + x),
        ("copy_", x => (x * 4).to(ScalarType.Int64).copy_(x * 10)),
        ("copy_ broadcast", x => x.exp().copy_(x.sum(0))),
        ("float", x => x.to(ScalarType.Float64).@float()),
        ("double", x => x.@double()),
        ("long", x => (x * 4).@long()),
        ("int", x => (x * 4).@int()),
        ("bool", x => x.relu().@bool()),
        ("byte", x => (x * 4).abs().@byte()),
        ("half", x => x.half().@float()),
    ];

    [Fact]
    public void Conversion_AnyTypes_Equal() =>
        (from conversion in Gen.OneOf(Conversions)
         from before in Gen.OneOf(Operands.All)
         from after in Gen.OneOf(Operands.All)
         from opset in ModuleCheck.Opsets
             // Casts of negative numbers to unsigned types differ between processors.
         select new Case(
             $"{conversion.Name} from {before} to {after}",
             x => conversion.Of(Operands.As((x.abs() - 0.3).relu(), before), after), [3, 4])
         { Opset = opset })
        .Equal(60);

    [Theory]
    [MemberData(nameof(Names))]
    public void Identity_OfBatch_Equal(string name) =>
        new Case(name, Identities.First(identity => identity.Name == name).Of, [3, 4]).IsEqual();

    public static TheoryData<string> Names => [.. Identities.Select(identity => identity.Name)];

    [Fact]
    public void Input_OfAnyType_Equal()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs =
        [
            randint(-4, 5, [3, 4]), randint(-4, 5, [3, 4], ScalarType.Int32), randn(3, 4) > 0,
        ];
        foreach (var input in inputs)
        {
            ModuleCheck.IsEqual(new Lambda(x => (x.to(ScalarType.Float32) + x) * 2.5 + x.sum(1, keepdim: true)), input);
        }
    }
}
