using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>Makes a classifier of an embedded network: <see cref="EmbeddedModel.Best"/> where no options are given.</summary>
    /// <exception cref="DigitDeviceException">The device, or ONNX Runtime's native library, is not there.</exception>
    public DigitClassifier(DigitClassifierOptions? options = null)
        : this(ModelSource.OpenEmbedded((options ??= new()).Model), options)
    {
    }

    /// <summary>Loads a model file that OnnxDigits exported, if it is as it was exported.</summary>
    /// <remarks>
    /// All of the file is checked before ONNX Runtime sees it: at most 65 MiB; the digest, preprocessing and versions
    /// in its metadata; inputs and outputs; operators out of a short list, in order, and the sizes of what they make;
    /// weights that are all in the file, as many as claimed, and finite.
    /// <see cref="DigitClassifierOptions.AllowForeignModel"/> waives some of this.
    /// </remarks>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">Device, threads and threshold; null takes the defaults.</param>
    /// <exception cref="DigitModelException">The file cannot be read, or is no model of ours in good order.</exception>
    /// <exception cref="DigitDeviceException">The device, or ONNX Runtime's native library, is not there.</exception>
    public static DigitClassifier Load(string path, DigitClassifierOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(ModelFile.Read(path), Path.GetFileName(path), options);
    }

    /// <summary>Loads a model from a stream, read to its end and left open.</summary>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions?)"/>
    public static DigitClassifier Load(Stream stream, DigitClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        string name = stream is FileStream file ? Path.GetFileName(file.Name) : "stream";
        return Load(ModelFile.Read(stream, name), name, options);
    }

    /// <summary>Loads a model from the bytes of its file.</summary>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions?)"/>
    public static DigitClassifier Load(ReadOnlySpan<byte> model, DigitClassifierOptions? options = null)
    {
        const string Name = "bytes";
        ModelFile.CheckLength(model.Length, Name);
        return Load(model.ToArray(), Name, options);
    }

    private static DigitClassifier Load(byte[] model, string name, DigitClassifierOptions? options)
    {
        options ??= new();
        return new(ModelSource.Check(model, name, options.AllowForeignModel), options);
    }
}
