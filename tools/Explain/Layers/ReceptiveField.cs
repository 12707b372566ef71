using Onnx;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>The pixels along an axis that a place of a layer sees.</summary>
/// <remarks>
/// A. Araujo, W. Norris and J. Sim, Computing receptive fields of convolutional neural networks, Distill 2019.
/// </remarks>
/// <param name="Size">Pixels seen by one place.</param>
/// <param name="Jump">Pixels from one place to the next.</param>
/// <param name="Start">The first pixel of place 0; negative in the padding.</param>
internal readonly record struct ReceptiveField(int Size, int Jump, int Start)
{
    /// <summary>That of the image itself.</summary>
    public static ReceptiveField Pixel { get; } = new(1, 1, 0);

    /// <summary>That of each module of a graph up to where it becomes flat, of one network after the other where several answer together.</summary>
    public static IEnumerable<(string Module, ReceptiveField Field)> Of(LayerGraph graph)
    {
        ReceptiveField field = Pixel;
        bool isMap = true;
        foreach (NodeProto node in graph.Nodes)
        {
            if (node.Input.Contains(graph.Input)) (field, isMap) = (Pixel, true);
            isMap &= node.OpType is not ("Flatten" or "Reshape" or "Gemm");
            if (!isMap) continue;
            if (node.OpType is "Conv" or "MaxPool")
                field = field.Through(Ints(node, "kernel_shape", 1), Ints(node, "strides", 1), Ints(node, "pads", 0));
            yield return (LayerGraph.ModuleOf(node), field);
        }
    }

    /// <summary>The first pixel of a place, which may lie outside the image.</summary>
    public int First(int place) => Start + place * Jump;

    private ReceptiveField Through(int window, int stride, int padding) =>
        new(Size + (window - 1) * Jump, Jump * stride, Start - padding * Jump);

    // Windows are square and padded alike on all sides: NetworkBuilder gives other paddings a node of their own.
    private static int Ints(NodeProto node, string name, int otherwise) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name) is { } found ? (int)found.Ints[0] : otherwise;
}
