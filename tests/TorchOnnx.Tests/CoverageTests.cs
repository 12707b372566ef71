using TorchSharp.Modules;

namespace TorchOnnx.Tests;

public sealed class CoverageTests
{
    private static readonly ConverterRegistry Registry = new();

    // The exporter follows the code of these modules.
    private static readonly Type[] Followed =
    [
        typeof(Bilinear), typeof(CosineSimilarity), typeof(Fold), typeof(LPPool1d), typeof(LPPool2d),
        typeof(PairwiseDistance), typeof(Sequential), typeof(Unfold), typeof(ModuleDict<>), typeof(ModuleList<>),
        typeof(ParameterDict), typeof(ParameterList), typeof(nn.Module), typeof(nn.HookableModule<,>),
    ];

    // TorchSharp's AdaptiveMaxPool3d throws, compiled scripts have no code to follow, and three losses have no
    // converter.
    private static readonly Type[] Refused =
    [
        typeof(AdaptiveMaxPool3d), typeof(CTCLoss), typeof(MultiLabelMarginLoss), typeof(TripletMarginWithDistanceLoss),
        typeof(jit.HookableScriptModule<,>), typeof(jit.ScriptModule),
        typeof(jit.ScriptModule<>), typeof(jit.ScriptModule<,>), typeof(jit.ScriptModule<,,>),
    ];

    private static IEnumerable<Type> Modules => typeof(nn.Module).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && typeof(nn.Module).IsAssignableFrom(type));

    [Fact]
    public void ModuleTypes_AllOfTorchSharp_AreConvertedFollowedOrRefused() => Assert.Equal(
        Modules.Select(type => type.FullName).Order(),
        Registry.ModuleTypes.Concat(Followed).Concat(Refused).Select(type => type.FullName).Order());

    [Fact]
    public void Methods_OfTheRegistry_ExistInTorchSharp() => Assert.All(
        Registry.Methods,
        method => Assert.Contains(
            method.Type.GetMethods(),
            candidate => candidate.Name == method.Name || candidate.Name == $"{method.Name}_"));

    [Fact]
    public void CoveragePage_EveryConverter_IsListed()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OnnxDigits.slnx"))) root = Path.GetDirectoryName(root)!;
        string page = File.ReadAllText(Path.Combine(root, "docs", "coverage.md"));
        Assert.All(Registry.ModuleTypes, type => Assert.Contains($"`{type.Name}`", page));
        Assert.All(Registry.Methods.Select(Listed), name => Assert.Contains($"`{name}`", page));
    }

    private static string Listed((Type Type, string Name) method) => method switch
    {
        (_, "get_TensorItems") => "x[…]",
        (_, "set_TensorItems") => "x[…] = y",
        (_, "op_Implicit") => "(Tensor)number",
        (_, "call") => method.Type.Name,
        _ when method.Type == typeof(Tensor) => method.Name.Replace("get_", ""),
        _ => $"{method.Type.Name}.{method.Name}",
    };
}
