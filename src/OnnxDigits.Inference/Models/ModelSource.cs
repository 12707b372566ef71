using System.Reflection;

namespace OnnxDigits.Inference.Models;

/// <summary>A model that is ready for ONNX Runtime.</summary>
/// <param name="Bytes">The content of the file.</param>
/// <param name="Name">The model's name in messages and in <see cref="ModelInfo.Name"/>.</param>
/// <param name="Info">The model's description, except for its device.</param>
internal sealed record ModelSource(byte[] Bytes, string Name, Task<ModelInfo> Info)
{
    /// <summary>Checks a model of unknown origin.</summary>
    /// <exception cref="DigitModelException">The model is refused.</exception>
    public static ModelSource Check(byte[] bytes, string name, bool allowForeign) =>
        new(bytes, name, Task.FromResult(ModelCheck.Check(bytes, name, allowForeign)));

    /// <summary>
    /// Opens an embedded network. It is trusted like the code of this assembly, so it is not checked.
    /// </summary>
    public static ModelSource OpenEmbedded(EmbeddedModel model)
    {
        string name = NameOf(model);
        byte[] bytes = ReadResource(name);
        // Read the metadata on another thread, while this one loads ONNX Runtime's native library.
        return new(bytes, name, Task.Run(() => ModelCheck.Describe(bytes, name)));
    }

    private static string NameOf(EmbeddedModel model) => model switch
    {
        EmbeddedModel.Best => "best.onnx",
        EmbeddedModel.Conv => "conv.onnx",
        _ => "dense.onnx",
    };

    private static byte[] ReadResource(string name)
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new DigitModelException(
                $"This build of OnnxDigits.Inference has no embedded model '{name}': "
                + "build it with artifacts/models present.");
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
