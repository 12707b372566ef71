using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace CrossCheck;

/// <summary>Three ways to run a shipped model. Each returns the probabilities of the images, [N, 10].</summary>
internal static class Backends
{
    /// <summary>Runs the model with ONNX Runtime alone.</summary>
    public static float[] RunOnnxRuntime(ShippedModel model, DigitImages images)
    {
        using var session = new InferenceSession(model.File);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(Scale(images), [images.Count, 1, 28, 28]);
        using var results = session.Run(run, ["input"], [input], ["probabilities"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Runs the model with the classifier.</summary>
    public static float[] RunClassifier(ShippedModel model, DigitImages images)
    {
        using var classifier = DigitClassifier.Load(model.Path, new() { Device = DigitDevices.Cpu });
        var predictions = new DigitPrediction[images.Count];
        classifier.ClassifyPrepared(images.Pixels.Span, predictions);
        return [.. predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }

    /// <summary>Runs the network in TorchSharp with the weights of the model file.</summary>
    public static float[] RunTorchSharp(ShippedModel model, DigitImages images)
    {
        using var network = Restore(model);
        using var noGradients = no_grad();
        using var input = tensor(Scale(images), [images.Count, 1, 28, 28]);
        using var probabilities = network.Classifier.forward(input);
        return probabilities.data<float>().ToArray();
    }

    /// <summary>Creates the TorchSharp network and loads the weights of the model file.</summary>
    public static SequentialModel Restore(ShippedModel model)
    {
        var network = DigitNetworks.Create(model.Network, seed: 0);
        using var scope = NewDisposeScope();
        // State that only training needs, such as the number of batches seen, is not in the file.
        var weights = network.CopyWeights();
        foreach (var (name, (shape, values)) in model.Weights)
        {
            weights[name] = tensor(values, shape);
        }
        network.RestoreWeights(weights);
        network.Classifier.eval();
        return network;
    }

    [ModuleInitializer]
    internal static void PrepareLibTorch() => LibTorchEnvironment.Prepare();

    private static float[] Scale(DigitImages images) =>
        Array.ConvertAll(images.Pixels.ToArray(), pixel => pixel / 255f);
}
