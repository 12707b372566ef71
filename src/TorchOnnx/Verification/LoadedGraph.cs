using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Onnx;
using TorchOnnx.Graph;

namespace TorchOnnx.Verification;

/// <summary>Runs a graph in a runtime, and reports the runtime's exceptions as failures.</summary>
internal sealed class LoadedGraph : IDisposable
{
    // The weights of larger models are loaded from a second file. ONNX Runtime maps it into memory, while it copies
    // weights in a model, which takes twice as long and twice the memory.
    private const long MostInMemory = 1 << 24;

    private readonly IGraphSession _session;
    private readonly IReadOnlyList<string> _inputNames;
    private readonly DirectoryInfo? _folder;

    private LoadedGraph(IGraphSession session, IReadOnlyList<string> inputNames, DirectoryInfo? folder) =>
        (_session, _inputNames, _folder) = (session, inputNames, folder);

    public static bool TryLoad(
        IGraphRunner runner, ModelProto model, OnnxExportOptions options,
        [NotNullWhen(true)] out LoadedGraph? graph, [NotNullWhen(false)] out string? failure)
    {
        (graph, failure) = (null, null);
        DirectoryInfo? folder = null;
        try
        {
            if (ExternalData.SizeOf(model) > MostInMemory || ExternalData.IsNeeded(model, options))
            {
                folder = Directory.CreateTempSubdirectory("torch-onnx-");
            }
            graph = new(
                Load(runner, model, options, folder), [.. model.Graph.Input.Select(input => input.Name)], folder);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            folder?.Delete(recursive: true);
            failure = $"{runner.Name} does not load the graph: {OneLine(e)}";
            return false;
        }
    }

    public bool TryRun(
        IReadOnlyList<GraphTensor> inputs, [NotNullWhen(true)] out IReadOnlyDictionary<string, GraphTensor>? outputs,
        [NotNullWhen(false)] out string? failure)
    {
        (outputs, failure) = (null, null);
        try
        {
            outputs = _session.Run(_inputNames.Zip(inputs).ToDictionary(pair => pair.First, pair => pair.Second));
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = $"the graph does not run: {OneLine(e)}";
            return false;
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static IGraphSession Load(
        IGraphRunner runner, ModelProto model, OnnxExportOptions options, DirectoryInfo? folder)
    {
        if (folder is null) return runner.Load(model.ToByteArray());
        string path = Path.Combine(folder.FullName, "model.onnx");
        ExternalData.SaveTemporary(model, path, options.ExternalDataFormat);
        return runner.Load(path);
    }

    private static string OneLine(Exception exception) => string.Join(
        ' ', exception.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
