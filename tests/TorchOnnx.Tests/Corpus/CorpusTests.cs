using Google.Protobuf;
using TorchOnnx.Graph;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Exports whole networks and runs the files.</summary>
public sealed class CorpusTests : IDisposable
{
    // Set this variable to keep the files, for example to check them with other tools.
    private readonly string? _kept = Environment.GetEnvironmentVariable("ONNXDIGITS_CORPUS");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-corpus-");

    private static readonly IReadOnlyDictionary<string, CorpusModel> Models = ((IEnumerable<CorpusModel>)
        [.. ConvolutionalNetworks.All, .. VisionNetworks.All, .. DenseVisionNetworks.All, .. SequenceNetworks.All,
            .. SignalNetworks.All, .. LanguageNetworks.All, .. DenseNetworks.All, .. CodeStyles.All,
            .. DetectionNetworks.All, .. SegmentationNetworks.All,
            .. TransformerNetworks.All, .. SpeechNetworks.All, .. TabularNetworks.All])
        .ToDictionary(model => model.Name);

    public static TheoryData<string> Names => [.. Models.Keys.Where(name => Models[name].Refusal is null)];

    public static TheoryData<string> RefusedNames => [.. Models.Keys.Where(name => Models[name].Refusal is not null)];

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
        if (entry.Dynamic.Count == 0) return;
        IsEqualAtOtherSizes(model, entry, program, options);
        // The module has been used at other sizes, which its caches hold now.
        IsEqualAtOtherSizes(
            model, entry, OnnxExporter.Export(model, entry.Example(), options with { Thorough = false }), options);
    }

    [Theory]
    [MemberData(nameof(RefusedNames), DisableDiscoveryEnumeration = true)]
    public void Analyze_RefusedCorpusModel_NamesLine(string name)
    {
        using var scope = NewDisposeScope();
        var entry = Models[name];
        var (method, reason) = entry.Refusal!.Value;
        var problem = OnnxExporter.Analyze(
            entry.Build(), entry.Example(), new() { DynamicDimensions = entry.Dynamic })[0];
        Assert.Contains(reason, problem.Reason);
        Assert.Equal(method, problem.Line!.Method);
        Assert.True(problem.Line.Line > 0, problem.ToString());
    }

    // Runs the module and the graph at five sizes of each open dimension, each time with another batch size.
    private static void IsEqualAtOtherSizes(
        nn.Module model, CorpusModel entry, OnnxProgram program, OnnxExportOptions options)
    {
        using var session = new OnnxRuntimeRunner().Load(program.ToBytes());
        var names = entry.Dynamic.Select(dimension => dimension.Name).Distinct().ToList();
        var inputs = new ModelInputs(entry.Example());
        long batch = inputs.Tensors[0].shape[0];
        int tried = 0;
        foreach (int round in Enumerable.Range(0, 12))
        {
            long Size(string name)
            {
                var dimension = entry.Dynamic.First(dimension => dimension.Name == name);
                long step = dimension.MultipleOf;
                long[] sizes = [.. new long[] { 7, 3, 16, 5, 29, 2, 12, 37, 1, 9, 64, 23 }.Select(size => size * step)
                    .Where(size => size >= (dimension.Min ?? 1) && size <= (dimension.Max ?? long.MaxValue))];
                return sizes[(round + 5 * names.IndexOf(name)) % sizes.Length];
            }
            var other = inputs.With(inputs.Tensors.Select((tensor, input) =>
            {
                long[] shape = tensor.shape;
                var open = entry.Dynamic.Where(dimension => dimension.Input == input).ToList();
                if (shape[0] == batch && open.All(dimension => dimension.Name != "N")) shape[0] = 1 + round % 4;
                foreach (var dimension in open)
                {
                    shape[dimension.Axis] = dimension.Name == "N" ? 1 + round % 4 : Size(dimension.Name);
                }
                return tensor.is_floating_point()
                    ? randn(shape, tensor.dtype)
                    : tensor.flatten()[randint(0, tensor.numel(), shape, ScalarType.Int64).flatten()].view(shape);
            }).ToList()).Arguments;
            try
            {
                using var noGrad = no_grad();
                ModelCall.Run(model, new ModelInputs(other).With(
                    ModelInputs.Flatten(other).Select(tensor => tensor.clone()).ToList()).Arguments);
            }
            catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or ArgumentException)
            {
                // The module doesn't accept these sizes.
                continue;
            }
            ModuleCheck.IsEqualByHand(model, other, program, session, options);
            if (++tried == 5) return;
        }
        Assert.Fail($"The module accepts {tried} of 12 sizes.");
    }
}
