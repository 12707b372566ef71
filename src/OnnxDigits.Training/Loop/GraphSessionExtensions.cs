using OnnxDigits.Training.Reports;
using TorchOnnx;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Exported networks of digits on tensors.</summary>
internal static class GraphSessionExtensions
{
    /// <summary>Contiguous images [N, 1, 28, 28] on the CPU as what graphs take.</summary>
    public static GraphTensor<float> ToGraphTensor(this Tensor images) => new(images.data<float>().ToArray(), images.shape);

    /// <summary>Images [N, 1, 28, 28] to probabilities [N, 10].</summary>
    public static float[] Probabilities(this IGraphSession session, GraphTensor<float> images) => ((GraphTensor<float>)session.Run(
        new Dictionary<string, GraphTensor> { [ModelMetadata.InputName] = images })[ModelMetadata.OutputName]).Data;
}
