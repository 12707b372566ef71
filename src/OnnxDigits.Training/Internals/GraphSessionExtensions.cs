using OnnxDigits.Export;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>Exported networks of digits on tensors.</summary>
internal static class GraphSessionExtensions
{
    /// <summary>Contiguous images [N, 1, 28, 28] on the CPU to probabilities [N, 10].</summary>
    public static float[] Probabilities(this IGraphSession session, Tensor images)
    {
        var inputs = new Dictionary<string, GraphTensor>
        {
            [ModelMetadata.InputName] = new GraphTensor<float>(images.data<float>().ToArray(), images.shape),
        };
        return ((GraphTensor<float>)session.Run(inputs)[ModelMetadata.OutputName]).Data;
    }
}
