using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Quantization;

/// <summary>Folds batch normalizations into the Conv or Gemm before them.</summary>
/// <remarks>ONNX Runtime folds them too, but not between QuantizeLinear and DequantizeLinear.</remarks>
internal static class BatchNormFolding
{
    public static void Apply(FloatGraph graph)
    {
        var nodes = graph.Model.Graph.Node;
        foreach (var norm in nodes.Where(node => node.OpType == "BatchNormalization").ToList())
        {
            if (graph.Producer(norm.Input[0]) is not { } producer || graph.OnlyConsumer(norm.Input[0]) != norm
                || Layer.TryCreate(producer, graph, out _) is not
                { IsWeightOnly: false, Node.OpType: not "MatMul" } layer)
            {
                continue;
            }
            if (norm.Input.Skip(1).Select(graph.FloatConstant).ToList() is not
                [{ } scale, { } shift, { } mean, { } variance] || norm.Int("training_mode", 0) != 0
                || norm.Output.Count(name => name.Length > 0) > 1)
            {
                continue;
            }
            Fold(graph.Model.Graph, layer, scale, shift, mean, variance, norm.Float("epsilon", 1e-5f));
            producer.Output[0] = norm.Output[0];
            nodes.Remove(norm);
        }
    }

    // The new tensors get new names, because other nodes may share the old tensors.
    private static void Fold(
        GraphProto graph, Layer layer, TensorProto scale, TensorProto shift, TensorProto mean, TensorProto variance,
        double epsilon)
    {
        float[] gamma = ModelSource.Floats(scale), beta = ModelSource.Floats(shift);
        float[] means = ModelSource.Floats(mean), variances = ModelSource.Floats(variance);
        double[] factors = [.. gamma.Select((value, channel) => value / Math.Sqrt(variances[channel] + epsilon))];
        float[] weights = ModelSource.Floats(layer.Weight);
        for (int index = 0; index < weights.Length; index++)
        {
            weights[index] = (float)(weights[index] * factors[layer.Channel(index)]);
        }
        float[] bias = layer.Bias is null ? new float[factors.Length] : ModelSource.Floats(layer.Bias);
        for (int channel = 0; channel < bias.Length; channel++)
        {
            bias[channel] = (float)((bias[channel] - means[channel]) * factors[channel] + beta[channel]);
        }
        var inputs = layer.Node.Input;
        while (inputs.Count < 3) inputs.Add("");
        inputs[1] = $"{layer.Node.Output[0]}/weight";
        inputs[2] = $"{layer.Node.Output[0]}/bias";
        graph.Initializer.Add(ModelSource.Tensor(inputs[1], DataType.Float, weights, layer.Weight.Dims));
        graph.Initializer.Add(ModelSource.Tensor(inputs[2], DataType.Float, bias, bias.Length));
    }
}
