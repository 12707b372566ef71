using System.Globalization;
using System.Text;

namespace TorchOnnx;

/// <summary>Represents the result of comparing a quantized model with the float32 model.</summary>
public sealed class QuantizationReport
{
    private const int PrintedLayers = 5;

    /// <summary>Gets the name and version of the runtime that ran the models.</summary>
    public required string Runtime { get; init; }

    /// <summary>Gets the mode of the quantization.</summary>
    public required QuantizationMode Mode { get; init; }

    /// <summary>Gets the size of the float32 model in bytes, with external data.</summary>
    public required long FloatBytes { get; init; }

    /// <summary>Gets the size of the quantized model in bytes.</summary>
    public required long QuantizedBytes { get; init; }

    /// <summary>Gets the largest allowed <see cref="OutputError.RelativeError"/>.</summary>
    public required double MaxRelativeError { get; init; }

    /// <summary>Gets the error of each output of the model.</summary>
    public required IReadOnlyList<OutputError> Outputs { get; init; }

    /// <summary>Gets the error of each quantized layer, the worst first.</summary>
    public required IReadOnlyList<LayerError> Layers { get; init; }

    /// <summary>Gets sentences about the layers that stay in float32.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Gets a value that indicates whether the error of every output is within the bound.</summary>
    public bool Passed => Outputs.All(output => output.RelativeError <= MaxRelativeError);

    /// <summary>
    /// Returns the report as text: a summary, a line for each output, the worst layers and the skipped nodes.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{(Passed ? "quantized" : "FAILED")} ({Mode}) on {Runtime}: {QuantizedBytes:N0} of {FloatBytes:N0} bytes "
                + $"({(double)QuantizedBytes / FloatBytes:0.000})");
        foreach (var output in Outputs) text.AppendLine().Append("  ").Append(output);
        foreach (var layer in Layers.Take(PrintedLayers)) text.AppendLine().Append("  ").Append(layer);
        if (Layers.Count > PrintedLayers)
        {
            text.AppendLine().Append("  better layers: ").Append(Layers.Count - PrintedLayers);
        }
        foreach (string note in Skipped) text.AppendLine().Append("  float32: ").Append(note);
        return text.ToString();
    }

    internal QuantizationException ToException()
    {
        var worst = Outputs.MaxBy(output => output.RelativeError)!;
        if (double.IsInfinity(worst.RelativeError))
        {
            return new(
                $"The quantized model's output '{worst.Name}' has an infinite relative error, because the float32 "
                    + "model's output contains NaN or infinity, has only zeros, or has another shape. Calibrate with "
                    + "typical inputs without NaN.", this);
        }
        string layers = string.Join(", ", Layers.Take(3).Select(layer => $"'{layer.Node}'"));
        return new(
            string.Create(CultureInfo.InvariantCulture,
                $"The quantized model's output '{worst.Name}' has a relative error of {worst.RelativeError:0.###}, "
                    + $"above the bound of {MaxRelativeError:0.###} (MaxRelativeError). Skip the worst layers "
                    + $"({layers}) with SkippedNodes, calibrate with more inputs or another method, or raise the "
                    + $"bound."),
            this);
    }
}

/// <summary>Represents the error of an output of a quantized model.</summary>
public sealed class OutputError
{
    /// <summary>Gets the name of the output.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the largest |quantized − float32|; infinite if only one of the two is a number.</summary>
    public required double MaxAbsoluteError { get; init; }

    /// <summary>
    /// Gets the root mean square of quantized − float32, divided by the root mean square of float32. For integers and
    /// flags, gets the share of elements that differ.
    /// </summary>
    public required double RelativeError { get; init; }

    /// <summary>Returns the error on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"output '{Name}': relative error {RelativeError:0.0e+0} "
            + $"({-20 * Math.Log10(RelativeError):0.0} dB), largest difference {MaxAbsoluteError:0.0e+0}");
}

/// <summary>Represents the error of a quantized layer that reads the inputs of the float32 layer.</summary>
public sealed class LayerError
{
    /// <summary>Gets the name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Gets the operator: Conv, ConvTranspose, Gemm, MatMul, Gather, LSTM, GRU or RNN.</summary>
    public required string OpType { get; init; }

    /// <summary>
    /// Gets the signal-to-noise ratio of the layer's output in decibels, if no other layer is quantized.
    /// </summary>
    public required double SignalToNoise { get; init; }

    /// <summary>Returns the error on one line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"layer '{Node}' ({OpType}): {SignalToNoise:0.0} dB");
}
