using System.Reflection;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>Makes a classifier of an embedded network: the convolutional one where no options are given.</summary>
    /// <exception cref="DigitDeviceException">The device, or ONNX Runtime's native library, is not there.</exception>
    public DigitClassifier(DigitClassifierOptions? options = null)
        : this(ReadEmbedded((options ??= new()).Model), NameOf(options.Model), options)
    {
    }

    /// <summary>Loads a model file that OnnxDigits exported.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">Device, threads and threshold; null takes the defaults.</param>
    /// <exception cref="DigitModelException">The file cannot be read or is no digit model of ours.</exception>
    /// <exception cref="DigitDeviceException">The device, or ONNX Runtime's native library, is not there.</exception>
    public static DigitClassifier Load(string path, DigitClassifierOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] model;
        try
        {
            model = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitModelException($"The model '{path}' cannot be read: {e.Message}", e);
        }
        return new(model, Path.GetFileName(path), options ?? new());
    }

    /// <summary>Loads a model from a stream, read to its end and left open.</summary>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions?)"/>
    public static DigitClassifier Load(Stream stream, DigitClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return new(buffer.ToArray(), stream is FileStream file ? Path.GetFileName(file.Name) : "stream", options ?? new());
    }

    /// <summary>Loads a model from the bytes of its file.</summary>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions?)"/>
    public static DigitClassifier Load(ReadOnlySpan<byte> model, DigitClassifierOptions? options = null) =>
        new(model.ToArray(), "bytes", options ?? new());

    private static string NameOf(EmbeddedModel model) => model == EmbeddedModel.Conv ? "conv.onnx" : "dense.onnx";

    private static byte[] ReadEmbedded(EmbeddedModel model)
    {
        string name = NameOf(model);
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new DigitModelException(
                $"This build of OnnxDigits.Inference has no embedded model '{name}': build it with artifacts/models present.");
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
