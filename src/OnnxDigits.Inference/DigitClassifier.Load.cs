using System.ComponentModel.DataAnnotations;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>Opens the embedded network <see cref="EmbeddedModel.Best"/>.</summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library is missing or cannot be loaded.</exception>
    public DigitClassifier()
        : this(new DigitClassifierOptions())
    {
    }

    /// <summary>
    /// Opens the network that <see cref="DigitClassifierOptions.ModelPath"/> or
    /// <see cref="DigitClassifierOptions.Model"/> selects.
    /// </summary>
    /// <param name="options">The model, device and threshold. The classifier does not see later changes to it.</param>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions)" path="/exception"/>
    public DigitClassifier(DigitClassifierOptions options)
        : this(Open(options), options)
    {
    }

    /// <summary>Loads a model file that OnnxDigits exported.</summary>
    /// <param name="path">The path of the ONNX file.</param>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions)"/>
    public static DigitClassifier Load(string path) => Load(path, new DigitClassifierOptions());

    /// <summary>Loads a model file that OnnxDigits exported.</summary>
    /// <remarks>
    /// The file is checked before ONNX Runtime sees it: a size of at most 65 MiB; the digest, preprocessing id and
    /// versions in its metadata; its inputs and outputs; its operators, their order and the memory that they need; and
    /// the weights, which must be in the file and finite.
    /// <see cref="DigitClassifierOptions.AllowForeignModel"/> skips some of these checks.
    /// </remarks>
    /// <param name="path">The path of the ONNX file.</param>
    /// <param name="options">
    /// The device and threshold. <see cref="DigitClassifierOptions.Model"/> and
    /// <see cref="DigitClassifierOptions.ModelPath"/> are ignored.
    /// </param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    /// <exception cref="DigitModelException">The file cannot be read or fails a check.</exception>
    /// <exception cref="DigitDeviceException">
    /// The device is not available, or ONNX Runtime's native library is missing or cannot be loaded.
    /// </exception>
    public static DigitClassifier Load(string path, DigitClassifierOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(Read(path, options), options);
    }

    /// <summary>Loads a model that OnnxDigits exported from a stream.</summary>
    /// <param name="stream">The stream. It is read to its end and left open.</param>
    /// <inheritdoc cref="Load(Stream, DigitClassifierOptions)"/>
    public static DigitClassifier Load(Stream stream) => Load(stream, new DigitClassifierOptions());

    /// <summary>Loads a model that OnnxDigits exported from a stream.</summary>
    /// <param name="stream">The stream. It is read to its end and left open.</param>
    /// <param name="options">
    /// The device and threshold. <see cref="DigitClassifierOptions.Model"/> and
    /// <see cref="DigitClassifierOptions.ModelPath"/> are ignored.
    /// </param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions)"/>
    public static DigitClassifier Load(Stream stream, DigitClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Validate(options);
        string name = stream is FileStream file ? Path.GetFileName(file.Name) : "stream";
        return new(ModelSource.Check(ModelFile.Read(stream, name), name, options.AllowForeignModel), options);
    }

    /// <summary>Loads a model that OnnxDigits exported from the bytes of its file.</summary>
    /// <param name="model">The content of the ONNX file.</param>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions)"/>
    public static DigitClassifier Load(ReadOnlySpan<byte> model) => Load(model, new DigitClassifierOptions());

    /// <summary>Loads a model that OnnxDigits exported from the bytes of its file.</summary>
    /// <param name="model">The content of the ONNX file.</param>
    /// <param name="options">
    /// The device and threshold. <see cref="DigitClassifierOptions.Model"/> and
    /// <see cref="DigitClassifierOptions.ModelPath"/> are ignored.
    /// </param>
    /// <inheritdoc cref="Load(string, DigitClassifierOptions)"/>
    public static DigitClassifier Load(ReadOnlySpan<byte> model, DigitClassifierOptions options)
    {
        const string Name = "bytes";
        Validate(options);
        ModelFile.CheckLength(model.Length, Name);
        return new(ModelSource.Check(model.ToArray(), Name, options.AllowForeignModel), options);
    }

    private static ModelSource Open(DigitClassifierOptions options)
    {
        Validate(options);
        return options.ModelPath is { } path ? Read(path, options) : ModelSource.OpenEmbedded(options.Model);
    }

    private static ModelSource Read(string path, DigitClassifierOptions options)
    {
        Validate(options);
        return ModelSource.Check(ModelFile.Read(path), Path.GetFileName(path), options.AllowForeignModel);
    }

    private static void Validate(DigitClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
    }
}
