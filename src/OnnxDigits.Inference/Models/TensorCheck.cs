using OnnxDigits.Inference.Models.Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>Weights are in the file, as many as they claim, and numbers.</summary>
internal static class TensorCheck
{
    private const int MostDimensions = 8;

    public static void Check(OnnxGraph graph)
    {
        // Maximum pooling with a border pads with −∞, which never wins.
        var borders = graph.Nodes.Where(node => node.Operator == "Pad")
            .Select(node => node.Inputs.ElementAtOrDefault(2)).ToHashSet(StringComparer.Ordinal);
        long total = 0;
        foreach (var tensor in graph.Tensors)
        {
            // Said first, for such a tensor carries nothing. ONNX Runtime reads any file that a location leads to.
            if (tensor.IsExternal)
                throw Fault(tensor, "keeps its values in another file, which is never read", Remedy.ExportAgain);
            long values = CountClaimed(tensor);
            CheckCarried(tensor, values);
            total += values;
            if (total > Volume.Most)
                throw new ModelFaultException($"has more than {Volume.Most:N0} values", Remedy.GiveOurs);
            if (tensor.HasNaN)
                throw Fault(tensor, "holds NaN", Remedy.ExportAgain);
            if (tensor.HasInfinity && !(values == 1 && borders.Contains(tensor.Name)))
                throw Fault(tensor, "holds an infinite value", Remedy.ExportAgain);
        }
    }

    private static long CountClaimed(OnnxTensor tensor)
    {
        if (tensor.Dimensions.Count > MostDimensions)
            throw new ModelFaultException(
                $"has a tensor {Quote.Of(tensor.Name)} of more than {MostDimensions} dimensions", Remedy.GiveOurs);
        if (tensor.Dimensions.Exists(size => size < 0))
            throw Fault(tensor, "has a negative size", Remedy.ExportAgain);
        return Volume.Of(tensor.Dimensions)
            ?? throw Fault(
                tensor, $"claims more than the {Volume.Most:N0} values that a model may have", Remedy.GiveOurs);
    }

    private static void CheckCarried(OnnxTensor tensor, long values)
    {
        int bits = ElementType.BitsOf(tensor.Type);
        if (bits == 0 || tensor.IsSegment)
            throw Fault(tensor, "is no whole tensor of numbers", Remedy.GiveOurs);
        if (tensor.RawBytes is not { } raw)
        {
            if (tensor.TypedValues != values)
                throw Fault(
                    tensor, $"claims {values:N0} values and carries {tensor.TypedValues:N0}", Remedy.ExportAgain);
            return;
        }
        long claimed = (values * bits + 7) / 8;
        if (raw != claimed)
            throw Fault(tensor, $"claims {claimed:N0} bytes and carries {raw:N0}", Remedy.ExportAgain);
        if (tensor.TypedValues > 0)
            throw Fault(tensor, "carries its values twice", Remedy.ExportAgain);
    }

    private static ModelFaultException Fault(OnnxTensor tensor, string fault, string remedy) =>
        new($"has a tensor {tensor} that {fault}", remedy);
}
