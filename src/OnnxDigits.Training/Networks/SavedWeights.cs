using System.Runtime.InteropServices;
using Onnx;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <summary>Reads the weights of a network from a saved or an exported file.</summary>
internal static class SavedWeights
{
    /// <summary>Copies the weights of a file into a network.</summary>
    /// <exception cref="InvalidDataException">The file doesn't hold the weights of these layers.</exception>
    public static void Load(SequentialModel model, string path)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> before = model.CopyWeights();
        try
        {
            using FileStream file = File.OpenRead(path);
            if (Path.GetExtension(path) == ".onnx") LoadOnnx(model, file);
            else model.Logits.load(file);
        }
        catch (Exception e) when (e is not (FileNotFoundException or DirectoryNotFoundException or
            UnauthorizedAccessException))
        {
            model.RestoreWeights(before);
            throw new InvalidDataException(
                $"'{path}' doesn't hold the weights of the network '{model.Name}': {e.Message} Build the layers that "
                + "were saved.", e);
        }
    }

    // An exported graph keeps the names of the state dictionary.
    private static void LoadOnnx(SequentialModel model, Stream file)
    {
        Dictionary<string, TensorProto> saved = ModelProto.Parser.ParseFrom(file).Graph.Initializer
            .Where(weight => weight.DataType == (int)TensorProto.Types.DataType.Float)
            .ToDictionary(weight => weight.Name);
        var weights = new Dictionary<string, Tensor>();
        foreach ((string name, Tensor weight) in model.Logits.state_dict())
        {
            if (!saved.TryGetValue(name, out TensorProto? values) || !values.Dims.SequenceEqual(weight.shape))
            {
                throw new InvalidDataException($"it has no weight {name} [{string.Join(", ", weight.shape)}].");
            }

            weights[name] = tensor(MemoryMarshal.Cast<byte, float>(values.RawData.Span).ToArray(), weight.shape);
        }

        model.RestoreWeights(weights);
    }
}
