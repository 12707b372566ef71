using System.Runtime.InteropServices;
using Onnx;
using OnnxDigits.Data;
using OnnxDigits.Inference;
using TorchOnnx;
using TorchOnnx.Graph;
using TorchOnnx.OnnxRuntime;
using TorchSharp;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>A shipped network's graph with what comes out of every node shown.</summary>
internal sealed class LayerGraph : IDisposable
{
    private readonly GraphProto _graph;
    private readonly IGraphSession _session;

    private LayerGraph(string network, ModelProto model)
    {
        Network = network;
        _graph = model.Graph;
        Input = model.Graph.Input[0].Name;
        ModelProto exposed = model.Clone();
        foreach (NodeProto node in model.Graph.Node.SkipLast(1))
            exposed.Graph.Output.Add(ModelFormat.ValueInfo(node.Output[0], torch.ScalarType.Float32));
        _session = new OnnxRuntimeRunner().Load(ModelFile(exposed));
    }

    public string Network { get; }

    /// <summary>Name of the images' value.</summary>
    public string Input { get; }

    public IReadOnlyList<NodeProto> Nodes => _graph.Node;

    public static LayerGraph Open(string network)
    {
        using Stream file = typeof(DigitClassifier).Assembly.GetManifestResourceStream($"{network}.onnx")
            ?? throw new DigitModelException($"This build has no embedded model '{network}': build it with artifacts/models present.");
        return new LayerGraph(network, ModelProto.Parser.ParseFrom(file));
    }

    /// <summary>What comes out of each node, by the path of the module that it belongs to: the last one of each.</summary>
    /// <param name="images">[N, 28, 28] bytes.</param>
    public IReadOnlyDictionary<string, GraphTensor<float>> Run(ReadOnlySpan<byte> images)
    {
        float[] pixels = new float[images.Length];
        PixelScaling.ToUnit(images, pixels);
        var input = new GraphTensor<float>(pixels, images.Length / DigitImages.PixelsPerImage, 1, DigitImages.Rows, DigitImages.Columns);
        IReadOnlyDictionary<string, GraphTensor> values = _session.Run(new Dictionary<string, GraphTensor> { [Input] = input });
        return _graph.Node.GroupBy(ModuleOf).ToDictionary(
            nodes => nodes.Key, nodes => (GraphTensor<float>)values[nodes.Last().Output[0]]);
    }

    /// <summary>Weights by their name in the module's state dictionary.</summary>
    public GraphTensor<float> Weight(string name)
    {
        TensorProto tensor = _graph.Initializer.Single(initializer => initializer.Name == name);
        return new GraphTensor<float>(
            MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(), [.. tensor.Dims]);
    }

    /// <summary>The path of the module that a node was written for: /conv2d/Conv is conv2d's, /ensemble/0/dense/Gemm ensemble.0.dense's.</summary>
    public static string ModuleOf(NodeProto node) => string.Join('.', node.Name.Split('/')[1..^1]);

    public void Dispose() => _session.Dispose();

    private static byte[] ModelFile(ModelProto model) => Google.Protobuf.MessageExtensions.ToByteArray(model);
}
