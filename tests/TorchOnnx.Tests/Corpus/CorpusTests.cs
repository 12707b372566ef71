using Google.Protobuf;
using TorchOnnx.Graph;
using TorchOnnx.Tests.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Exports whole networks and runs the files.</summary>
public sealed class CorpusTests : IDisposable
{
    // Set this variable to keep the files, for example to check them with other tools.
    private readonly string? _kept = Environment.GetEnvironmentVariable("ONNXDIGITS_CORPUS");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-corpus-");

    private static readonly IReadOnlyDictionary<string, CorpusModel> Models = ((IEnumerable<CorpusModel>)
        [.. ConvolutionalNetworks.All, .. VisionNetworks.All, .. DenseVisionNetworks.All, .. SequenceNetworks.All,
            .. SignalNetworks.All, .. LanguageNetworks.All, .. DenseNetworks.All, .. CodeStyles.All])
        .ToDictionary(model => model.Name);

    public static TheoryData<string> Names => [.. Models.Keys];

    [Fact]
    public void Corpus_Models_AreAtLeastEighty() => Assert.True(Models.Count >= 80, $"there are {Models.Count}");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public void Export_CorpusModel_FileGivesItsResults(string name)
    {
        using var scope = NewDisposeScope();
        // Other weights may make the classes of a segmentation equal everywhere.
        manual_seed(1);
        var entry = Models[name];
        var model = entry.Build();
        ModuleCheck.Randomize(model);
        var options = new OnnxExportOptions
        {
            DynamicDimensions = entry.Dynamic,
            Opset = entry.Opset,
            HalfPrecision = entry.HalfPrecision,
        };
        var program = ModuleCheck.IsEqual(model, entry.Example(), options);
        Assert.Empty(program.Report!.Unproven);

        string folder = _kept is { Length: > 0 } ? Directory.CreateDirectory(_kept).FullName : _folder.FullName;
        string path = Path.Combine(folder, $"{name}.onnx");
        program.Save(path);
        Assert.Equal(program.ToBytes(), File.ReadAllBytes(path));
        foreach (var runner in ModuleCheck.Runners)
        {
            using (var session = runner.Load(path))
                ModuleCheck.IsEqualByHand(model, entry.Example(), program, session, options);
        }

        path = Path.Combine(folder, $"{name}.functions.onnx");
        File.WriteAllBytes(path, ModuleFunctions.Apply(
            program.Exported.Model, program.Exported.Sources, hasMetadata: false).ToByteArray());
        using (var session = ModuleCheck.Runners[0].Load(path))
            ModuleCheck.IsEqualByHand(model, entry.Example(), program, session, options);
    }
}
