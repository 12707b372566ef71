using System.Collections.Concurrent;
using System.Text;
using Onnx;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Tests.Backend;

/// <summary>
/// Tests modules and operations with ONNX's backend cases, which were exported from PyTorch. Without the data folder,
/// generated cases replace them.
/// </summary>
public sealed class BackendTests : IDisposable
{
    private const string Converted = "pytorch-converted", Operator = "pytorch-operator", Drawn = "drawn";

    private static readonly ConcurrentDictionary<(string, string), Exception?> Outcomes = [];
    private static readonly Lock Gate = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> ConvertedCases =>
        BackendData.Folders(Converted) is { Count: > 0 } folders
            ? [.. folders.Select(folder => Path.GetFileName(folder))]
            : [Drawn];

    public static TheoryData<string> OperatorCases => [.. Operations.All.Keys];

    [Theory]
    [MemberData(nameof(ConvertedCases), DisableDiscoveryEnumeration = true)]
    public void Convert_ModuleOfOnnxsOwnCase_GivesTheStoredResult(string name) => Assert.Null(Outcome(Converted, name));

    [Theory]
    [MemberData(nameof(OperatorCases), DisableDiscoveryEnumeration = true)]
    public void Convert_OperationOfOnnxsOwnCase_GivesTheStoredResult(string name) =>
        Assert.Null(Outcome(Operator, name));

    [Theory]
    [InlineData(Converted, 82)]
    [InlineData(Operator, 35)]
    public void Suite_AllFolders_AreUsedAndPass(string suite, int expected)
    {
        var names = BackendData.Folders(suite).Select(folder => Path.GetFileName(folder)!)
            .Select(name => suite == Operator ? name["test_operator_".Length..] : name).ToList();
        bool isStored = names.Count > 0;
        if (!isStored) names = suite == Operator ? [.. Operations.All.Keys] : [Drawn];
        if (suite == Operator)
        {
            Assert.Equal(names.Order(StringComparer.Ordinal), Operations.All.Keys.Order(StringComparer.Ordinal));
        }
        var failures = names.Where(name => Outcome(suite, name) is not null).ToList();
        var summary = new StringBuilder(
            $"{suite}: {names.Count} used ({(isStored ? "stored" : Drawn)}), "
            + $"{names.Count - failures.Count} passed, 0 skipped\n");
        foreach (string name in failures)
        {
            summary.Append(null, $"  {name}: {Outcome(suite, name)!.Message.Split('\n')[0]}\n");
        }
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, $"{suite}.txt"), summary.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine(summary.ToString());

        if (isStored) Assert.Equal(expected, names.Count);
        Assert.Empty(failures);
    }

    private static Exception? Outcome(string suite, string name)
    {
        // The theory and the count share the outcome of each case.
        lock (Gate)
        {
            return Outcomes.GetOrAdd((suite, name), key => Record.Exception(() => Run(key.Item1, key.Item2)));
        }
    }

    private static void Run(string suite, string name)
    {
        using var scope = NewDisposeScope();
        if (suite == Operator) RunOperator(name);
        else if (name == Drawn) RunDrawn();
        else RunConverted(BackendData.Folders(suite).Single(folder => Path.GetFileName(folder) == name));
    }

    private static void RunConverted(string folder)
    {
        var inputs = BackendData.Read(folder, "input");
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        BackendCheck.IsEqual(
            ConvertedModule.Build(model, (int)inputs[0].dim()), inputs, BackendData.Read(folder, "output"));
    }

    // Stores and reads back a generated case.
    private static void RunDrawn()
    {
        var folder = Directory.CreateTempSubdirectory("onnx-backend-");
        try
        {
            using var linear = nn.Linear(4, 3);
            using var input = randn(2, 4);
            OnnxExporter.Export(linear, input).Save(Path.Combine(folder.FullName, "model.onnx"));
            BackendData.Write(folder.FullName, "input", [(input, 0)]);
            BackendData.Write(folder.FullName, "output", [(linear.call(input).detach(), 0)]);
            RunConverted(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void RunOperator(string name)
    {
        var (build, shapes) = Operations.All[name];
        manual_seed(1);
        var module = build();
        module.eval();
        string? folder = BackendData.Folders(Operator).SingleOrDefault(
            folder => Path.GetFileName(folder) == $"test_operator_{name}");
        if (folder is null)
        {
            var type = name == "non_float_params" ? ScalarType.Int64 : ScalarType.Float32;
            Tensor[] drawn =
                [.. shapes.Select(shape => type == ScalarType.Int64 ? randint(0, 9, shape, type) : rand(shape))];
            BackendCheck.IsEqual(
                module, drawn,
                [.. ModelInputs.Flatten(ModelCall.Run(module, drawn)).Select(tensor => tensor.detach())]);
            return;
        }
        Load(module, Path.Combine(folder, "model.onnx"));
        var inputs = BackendData.Read(folder, "input");
        Assert.Equal(shapes, inputs.Select(input => input.shape));
        BackendCheck.IsEqual(module, inputs, BackendData.Read(folder, "output"));
    }

    private static void Load(nn.Module module, string path)
    {
        using var noGrad = no_grad();
        var weights = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer
            .Select(BackendData.ToTensor).ToList();
        Tensor[] places = [.. module.parameters(), .. module.buffers()];
        Assert.Equal(weights.Count, places.Length);
        foreach (var (place, weight) in places.Zip(weights)) place.copy_(weight);
    }
}
