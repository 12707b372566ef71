using System.Reflection;

namespace OnnxDigits.Inference.Models;

/// <summary>A model's bytes, fit for the runtime, and what the model is.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="Name">How errors and the result name it.</param>
/// <param name="Info">Complete but for the device, as soon as it is read.</param>
internal sealed record ModelSource(byte[] Bytes, string Name, Task<ModelInfo> Info)
{
    /// <summary>Any bytes, which no runtime sees before they are checked.</summary>
    /// <exception cref="DigitModelException">The model is refused.</exception>
    public static ModelSource Check(byte[] bytes, string name, bool allowForeign) =>
        new(bytes, name, Task.FromResult(ModelContract.Check(bytes, name, allowForeign)));

    /// <summary>A network of this assembly, which is trusted as its code is.</summary>
    public static ModelSource OpenEmbedded(EmbeddedModel model)
    {
        string name = NameOf(model);
        byte[] bytes = ReadResource(name);
        // Reading it compiles code and loads a library for the digest, and the runtime has one to load: neither waits for the other.
        return new(bytes, name, Task.Run(() => ModelContract.Describe(bytes, name)));
    }

    private static string NameOf(EmbeddedModel model) => model switch
    {
        EmbeddedModel.Best => "best.onnx",
        EmbeddedModel.Conv => "conv.onnx",
        _ => "dense.onnx",
    };

    private static byte[] ReadResource(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new DigitModelException(
                $"This build of OnnxDigits.Inference has no embedded model '{name}': build it with artifacts/models present.");
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
