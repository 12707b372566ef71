using System.Security.Cryptography;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <content>Trains, evaluates and exports the network.</content>
public sealed partial class SequentialModel
{
    /// <summary>Gets the device that holds the parameters.</summary>
    internal Device Device => Logits.parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Trains the network, like Keras' <c>fit()</c>. Use <see cref="Trainer"/> to follow each step.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="recipe">The training settings.</param>
    /// <param name="onEpoch">Receives the figures of each epoch.</param>
    /// <returns>The figures of all epochs.</returns>
    public IReadOnlyList<EpochMetrics> Fit(DigitImages images, Recipe recipe, Action<EpochMetrics>? onEpoch = null) =>
        new Trainer(this, recipe) { Observer = onEpoch is null ? null : new EpochObserver(onEpoch) }
            .Train(images).Epochs;

    /// <summary>Measures the network on images, like Keras' <c>evaluate()</c>.</summary>
    /// <param name="images">At least one image.</param>
    public Evaluation Evaluate(DigitImages images)
    {
        using var data = new DigitTensors(images, Device);
        return Evaluation.Of(this, data);
    }

    /// <summary>
    /// Exports <see cref="Classifier"/> to an ONNX file. The export is verified with ONNX Runtime before the file is
    /// written.
    /// </summary>
    /// <param name="path">The path of the file. An existing file is replaced.</param>
    /// <exception cref="OnnxExportException">The exported graph doesn't agree with the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Export(string path) => ToOnnx([], new OnnxRuntimeRunner()).Save(path);

    /// <summary>Exports <see cref="Classifier"/> with metadata.</summary>
    internal OnnxProgram ToOnnx(Dictionary<string, string> metadata, IGraphRunner? verifier)
    {
        using var random = new Generator(1);
        using Tensor example = rand([1, .. InputShape.Select(size => (long)size)], generator: random);
        return OnnxExporter.Export(Classifier, example, new OnnxExportOptions
        {
            InputNames = [ModelMetadata.InputName],
            OutputNames = [EndsInSoftmax ? ModelMetadata.OutputName : "output"],
            ModelName = Name,
            ProducerName = "OnnxDigits",
            ProducerVersion = ModelMetadata.Version,
            Metadata = metadata,
            Verifier = verifier,
        });
    }

    /// <summary>Returns the SHA-256 of the exported graph with all weights set to 0.</summary>
    internal byte[] HashGraph()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Dictionary<string, Tensor> weights = CopyWeights();
        foreach (Tensor weight in Logits.state_dict().Values) weight.zero_();
        byte[] graph = ToOnnx([], verifier: null).ToBytes();
        RestoreWeights(weights);
        return SHA256.HashData(graph);
    }

    /// <summary>Moves the parameters to a device.</summary>
    internal void MoveTo(Device device)
    {
        if (device.type != Device.type || device.index != Device.index) Logits.to(device);
    }

    /// <summary>Returns a copy of the state dictionary. The caller disposes the tensors.</summary>
    public Dictionary<string, Tensor> CopyWeights()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Logits.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.detach().clone().MoveToOuterDisposeScope());
    }

    /// <summary>Copies weights into the network.</summary>
    /// <param name="weights">A tensor of the same shape for each name of the state dictionary.</param>
    /// <exception cref="KeyNotFoundException">A name is missing.</exception>
    public void RestoreWeights(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var noGradients = no_grad();
        foreach ((string name, Tensor parameter) in Logits.state_dict()) parameter.copy_(weights[name]);
    }

    private sealed class EpochObserver(Action<EpochMetrics> onEpoch) : ITrainingObserver
    {
        public void OnProgress(TrainingProgress progress)
        {
        }

        public void OnEpoch(IReadOnlyList<EpochMetrics> epochs) => onEpoch(epochs[^1]);
    }
}
