using Onnx;
using TorchOnnx.Quantization;

namespace TorchOnnx;

/// <summary>Quantizes float32 ONNX models to 8-bit integers.</summary>
/// <remarks>
/// The models may come from any exporter. <see cref="OnnxProgram.Quantize(IEnumerable{TorchSharp.torch.Tensor},
/// QuantizationOptions)"/> quantizes an exported module.
/// </remarks>
public static class OnnxQuantizer
{
    /// <summary>Quantizes a model in a file, with its external data.</summary>
    /// <param name="path">The path of the ONNX file.</param>
    /// <param name="calibration">
    /// Batches of typical inputs, each with a tensor for each input of the graph, in order. The sequence is read
    /// several times, one batch at a time. Dynamic mode uses it only to compare the models.
    /// </param>
    /// <param name="options">The options.</param>
    /// <returns>The quantized model, in memory.</returns>
    /// <exception cref="QuantizationException">
    /// The model cannot be quantized, or an error exceeds <see cref="QuantizationOptions.MaxRelativeError"/>.
    /// </exception>
    /// <exception cref="ArgumentException">An option or the calibration is invalid.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    public static QuantizedModel Quantize(
        string path, IEnumerable<IReadOnlyList<GraphTensor>> calibration, QuantizationOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Quantize(ModelSource.Read(path), calibration, options);
    }

    /// <summary>Quantizes a model in memory.</summary>
    /// <param name="model">The bytes of an ONNX file without external data.</param>
    /// <inheritdoc cref="Quantize(string, IEnumerable{IReadOnlyList{GraphTensor}}, QuantizationOptions)"/>
    /// <param name="calibration"/>
    /// <param name="options"/>
    public static QuantizedModel Quantize(
        ReadOnlyMemory<byte> model, IEnumerable<IReadOnlyList<GraphTensor>> calibration, QuantizationOptions options) =>
        Quantize(ModelSource.Parse(model), calibration, options);

    internal static QuantizedModel Quantize(
        ModelProto model, IEnumerable<IReadOnlyList<GraphTensor>> calibration, QuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Quantizer.Quantize(model, calibration, options);
    }
}
