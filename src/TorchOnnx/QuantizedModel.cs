using Google.Protobuf;
using Onnx;
using Shared;
using TorchOnnx.Graph;
using TorchOnnx.Quantization;

namespace TorchOnnx;

/// <summary>Represents a quantized ONNX model in memory.</summary>
public sealed class QuantizedModel
{
    private readonly ModelProto _model;
    private readonly QuantizationCheck _check;

    internal QuantizedModel(ModelProto model, QuantizationCheck check, QuantizationReport report) =>
        (_model, _check, Report) = (model, check, report);

    /// <summary>Gets the report of the last comparison with the float32 model.</summary>
    public QuantizationReport Report { get; private set; }

    /// <summary>Returns the bytes of the ONNX file.</summary>
    /// <exception cref="InvalidOperationException">The model exceeds 2 GiB. Use <see cref="Save"/>.</exception>
    public byte[] ToBytes() => ExternalData.IsNeeded(_model, QuantizationCheck.Storage)
        ? throw new InvalidOperationException("The model exceeds 2 GiB. Call Save, which writes a second file.")
        : _model.ToByteArray();

    /// <summary>Compares the model with the float32 model on inputs that weren't used for calibration.</summary>
    /// <param name="inputs">Batches of inputs, each with a tensor for each input of the graph, in order.</param>
    /// <returns>The report, which <see cref="Report"/> also returns.</returns>
    /// <exception cref="QuantizationException">A graph doesn't run.</exception>
    /// <exception cref="ArgumentException">
    /// There are no inputs, or a batch doesn't have a tensor for each input.
    /// </exception>
    public QuantizationReport Verify(IEnumerable<IReadOnlyList<GraphTensor>> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Report = _check.Run(_model, inputs);
    }

    /// <summary>
    /// Saves the model as an ONNX file. The weights of a model above 2 GiB go to a second file,
    /// <paramref name="path"/> + ".data".
    /// </summary>
    /// <param name="path">The path of the file. Its folder must exist; an existing file is replaced atomically.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="QuantizationException">The last comparison exceeded the bound.</exception>
    /// <exception cref="IOException">The file cannot be written. No file remains.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Report.Passed) throw Report.ToException();
        if (ExternalData.IsNeeded(_model, QuantizationCheck.Storage)) ExternalData.Save(_model, path);
        else AtomicFile.Write(path, stream => _model.WriteTo(stream));
    }
}
