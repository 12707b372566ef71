using Google.Protobuf;
using Onnx;
using TorchOnnx.Graph;

namespace TorchOnnx.Verification;

/// <summary>A graph in a runtime whose exceptions are unknown here: whatever it throws is a finding about the graph.</summary>
internal sealed class LoadedGraph : IDisposable
{
    private readonly IGraphSession? _session;
    private readonly IReadOnlyList<string> _inputNames;
    private readonly DirectoryInfo? _folder;

    public LoadedGraph(IGraphRunner runner, ModelProto model, OnnxExportOptions options)
    {
        _inputNames = [.. model.Graph.Input.Select(input => input.Name)];
        try
        {
            if (ExternalData.IsNeeded(model, options))
            {
                _folder = Directory.CreateTempSubdirectory("onnx-verify-");
                string path = Path.Combine(_folder.FullName, "model.onnx");
                ExternalData.Save(model, path);
                _session = runner.Load(path);
            }
            else
            {
                _session = runner.Load(model.ToByteArray());
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Refusal = $"{runner.Name} does not load the graph: {FirstLine(exception)}";
        }
    }

    /// <summary>Why the runtime does not take the graph; null when it does.</summary>
    public string? Refusal { get; }

    public IReadOnlyDictionary<string, GraphTensor>? Run(IReadOnlyList<GraphTensor> inputs, out string? failure)
    {
        failure = Refusal;
        if (_session is null) return null;
        try
        {
            return _session.Run(_inputNames.Zip(inputs).ToDictionary(pair => pair.First, pair => pair.Second));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = $"the graph does not run: {FirstLine(exception)}";
            return null;
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('.', '\r');
}
