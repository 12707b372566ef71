using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using TorchOnnx;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>How far the exported file is from the network it came from, over a set of images.</summary>
/// <param name="Images">Number of images compared.</param>
/// <param name="LargestDifference">Largest absolute difference of a probability.</param>
/// <param name="DigitsDiffering">Images on which the two most probable digits differ.</param>
internal sealed record Agreement(int Images, double LargestDifference, int DigitsDiffering)
{
    private const int BatchSize = 1000;

    public static Agreement Measure(DigitNetwork network, byte[] model, IGraphRunner runner, DigitTensors data)
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
