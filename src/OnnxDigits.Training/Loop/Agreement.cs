using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using TorchOnnx;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Represents the difference between an exported file and its network on a set of images.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="LargestDifference">The largest absolute difference of a probability.</param>
/// <param name="DigitsDiffering">The number of images with different digits.</param>
internal sealed record Agreement(int Images, double LargestDifference, int DigitsDiffering)
{
    private const int BatchSize = 1000;

    /// <summary>Runs the network and the exported file on the same images.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="model">The content of the ONNX file.</param>
    /// <param name="runner">The runtime for the file.</param>
    /// <param name="data">The images, on the CPU.</param>
    public static Agreement Measure(SequentialModel network, byte[] model, IGraphRunner runner, DigitTensors data)
    {
        network.Classifier.eval();
        using var noGradients = no_grad();
        using IGraphSession session = runner.Load(model);
        double largest = 0;
        int differing = 0;
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            Tensor batch = data.Images[start..Math.Min(start + BatchSize, data.Count)].contiguous();
            Tensor expected = network.Classifier.forward(batch);
            var input = new GraphTensor<float>(batch.data<float>().ToArray(), batch.shape);
            var outputs = session.Run(new Dictionary<string, GraphTensor> { [ModelMetadata.InputName] = input });
            Tensor actual = tensor(((GraphTensor<float>)outputs[ModelMetadata.OutputName]).Data, expected.shape);
            largest = Math.Max(largest, (expected - actual).abs().max().item<float>());
            differing += (int)expected.argmax(1).ne(actual.argmax(1)).sum().item<long>();
        }

        return new Agreement(data.Count, largest, differing);
    }
}
