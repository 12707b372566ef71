using Onnx;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests;

public sealed class ConverterTests
{
    [Fact]
    public void Export_CustomDomain_IsDeclaredWithVersion()
    {
        using var model = nn.Tanh();
        var registry = new ConverterRegistry()
            .Add<TorchSharp.Modules.Tanh>((_, context) => context.Add("com.example::FastTanh", context.Input));
        var program = OnnxExporter.Export(
            model, randn(2, 3),
            new() { Converters = registry, CustomDomains = new Dictionary<string, int> { ["com.example"] = 4 } });

        Assert.Equal(("FastTanh", "com.example"), (program.Nodes.Single().OpType, program.Nodes.Single().Domain));
        Assert.Equal(
            [("", 17L), ("com.example", 4L)],
            ModelProto.Parser.ParseFrom(program.ToBytes()).OpsetImport
                .Select(import => (import.Domain, import.Version)));
    }

    [Fact]
    public void Export_MethodConverter_WritesUserMethod()
    {
        using var model = new Lambda(x => Users.Cube(x) + 1);
        var registry = new ConverterRegistry().AddMethod(
            typeof(Users), nameof(Users.Cube),
            context => context.Add("Pow", [context.Tensor("value"), context.Constant(3f)]));

        var program = ModuleCheck.IsEqual(model, randn(2, 3), new() { Converters = registry });
        Assert.Equal(["Pow", "Add"], program.Nodes.Select(node => node.OpType));
    }

    public static TheoryData<string, Func<Tensor, Tensor>> UnreadArguments => new()
    {
        { "times", x => Users.Scale(x, times: 2) },
        { "factor", x => Users.Scale(x, factor: 2.5) },
        { "flag", x => Users.Scale(x, flag: true) },
        { "mode", x => Users.Scale(x, mode: RoundingMode.trunc) },
        { "name", x => Users.Scale(x, name: "b") },
        { "other", x => Users.Scale(x, other: x) },
    };

    [Theory]
    [MemberData(nameof(UnreadArguments), DisableDiscoveryEnumeration = true)]
    public void Export_ArgumentThatConverterDoesNotRead_IsRefusedUnlessDefault(string name, Func<Tensor, Tensor> call)
    {
        var options = new OnnxExportOptions
        {
            Converters = new ConverterRegistry().AddMethod(
                typeof(Users), nameof(Users.Scale), context => context.Add("Identity", context.Tensor("value"))),
        };
        using var model = new Lambda(call);
        using var withDefaults = new Lambda(x => Users.Scale(x, 1, 2, false, RoundingMode.floor, "a"));

        var problem = Assert.Single(OnnxExporter.Analyze(model, randn(2, 3), options));
        Assert.Equal($"the converter of Users.Scale doesn't support the argument '{name}'", problem.Reason);
        Assert.Empty(OnnxExporter.Analyze(withDefaults, randn(2, 3), options));
    }

    public static TheoryData<string, Action<ConversionContext>> MissingArguments => new()
    {
        { "a tensor", context => context.Tensor("none") },
        { "an integer", context => context.Size("none") },
        { "an integer", context => context.Integer("none") },
        { "a list of integers", context => context.SizeList("none") },
        { "a list of integers", context => context.Integers("none") },
        { "a number", context => context.Number("none") },
        { "a flag", context => context.Flag("name") },
    };

    [Theory]
    [MemberData(nameof(MissingArguments), DisableDiscoveryEnumeration = true)]
    public void Export_ArgumentThatCallDoesNotHave_IsRefused(string kind, Action<ConversionContext> read)
    {
        using var model = new Lambda(x => Users.Scale(x));
        var registry = new ConverterRegistry().AddMethod(typeof(Users), nameof(Users.Scale), context =>
        {
            read(context);
            return context.Tensor("value");
        });

        var problem = Assert.Single(OnnxExporter.Analyze(model, randn(2, 3), new() { Converters = registry }));
        Assert.StartsWith($"the converter of Users.Scale requires {kind} as 'n", problem.Reason);
    }

    [Fact]
    public void Export_ConverterOfAllInputs_ReadsThem()
    {
        using var model = new Lambda(x => x.maximum(-x));
        var registry = new ConverterRegistry().AddMethod(
            typeof(Tensor), nameof(Tensor.maximum), context => context.Add("Max", [.. context.Inputs]));
        ModuleCheck.IsEqual(model, randn(2, 3), new() { Converters = registry });
    }

    [Fact]
    public void Export_ConverterWithForeignParameter_Throws()
    {
        using var model = nn.Tanh();
        using var foreign = randn(3);
        var registry = new ConverterRegistry().Add<TorchSharp.Modules.Tanh>(
            (_, context) => context.Add("Add", [context.Input, context.Parameter(foreign)]));

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 3), new() { Converters = registry }));
        var failure = Assert.IsType<ArgumentException>(refusal.InnerException);
        Assert.StartsWith("The tensor isn't a parameter or buffer of the module.", failure.Message);
    }

    private static class Users
    {
        public static Tensor Scale(
            Tensor value, int times = 1, double factor = 2, bool flag = false, RoundingMode mode = RoundingMode.floor,
            string name = "a", Tensor? other = null) => value.alias();

        public static Tensor Cube(Tensor value) => value * value * value;
    }
}
