using System.ComponentModel.DataAnnotations;

namespace TorchOnnx;

/// <summary>Specifies which numbers of a model become 8-bit integers.</summary>
public enum QuantizationMode
{
    /// <summary>
    /// Weights and activations, with ranges that are measured on the calibration inputs. Covers Conv, Gemm and MatMul
    /// and the operators between them. The weights of ConvTranspose, embeddings and recurrent layers become integers in
    /// the file.
    /// </summary>
    Static,

    /// <summary>
    /// Weights, and the inputs of Gemm and MatMul with ranges that the graph measures in each run. The weights of Conv,
    /// ConvTranspose, embeddings and recurrent layers become integers in the file, and the graph computes with them in
    /// float32.
    /// </summary>
    Dynamic,
}

/// <summary>Specifies how the range of an activation follows from its values on the calibration inputs.</summary>
public enum CalibrationMethod
{
    /// <summary>The range from the smallest to the largest value.</summary>
    MinMax,

    /// <summary>
    /// Cuts off the smallest and largest values, so that <see cref="QuantizationOptions.Percentile"/> remains.
    /// </summary>
    Percentile,

    /// <summary>
    /// Cuts off large values so that the distribution of the 8-bit values has the least Kullback–Leibler divergence
    /// from the distribution of the float32 values.
    /// </summary>
    Entropy,
}

/// <summary>Provides the options of a quantization.</summary>
public sealed record QuantizationOptions
{
    /// <summary>Gets the runtime that runs the graphs for the calibration and the comparison.</summary>
    public required IGraphRunner Runner { get; init; }

    /// <summary>Gets the mode. The default is <see cref="QuantizationMode.Static"/>.</summary>
    [EnumDataType(typeof(QuantizationMode), ErrorMessage = "{0} must be Static or Dynamic.")]
    public QuantizationMode Mode { get; init; }

    /// <summary>
    /// Gets the method that sets the ranges of activations in static mode. The default is
    /// <see cref="CalibrationMethod.MinMax"/>.
    /// </summary>
    [EnumDataType(typeof(CalibrationMethod), ErrorMessage = "{0} must be MinMax, Percentile or Entropy.")]
    public CalibrationMethod Calibration { get; init; }

    /// <summary>
    /// Gets the percentage of an activation's values that <see cref="CalibrationMethod.Percentile"/> keeps. The default
    /// is 99.99.
    /// </summary>
    [Range(50d, 100d, ErrorMessage = "{0} must be from 50 to 100.")]
    public double Percentile { get; init; } = 99.99;

    /// <summary>
    /// Gets a value that indicates whether each output channel of a weight has its own scale. The default is
    /// <see langword="true"/>.
    /// </summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>
    /// Gets a value that indicates whether weights use 7 of their 8 bits. Set it if results are poor on processors with
    /// AVX2 or AVX-512 but without VNNI, where ONNX Runtime's products of 8-bit integers can saturate. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool ReducedRange { get; init; }

    /// <summary>Gets the names of nodes that stay in float32. The default is none.</summary>
    public IReadOnlyCollection<string> SkippedNodes { get; init; } = [];

    /// <summary>
    /// Gets the largest allowed error of an output: the root mean square of its difference from the float32 model's
    /// output, divided by the root mean square of that output, over all inputs. The default is 0.1, a signal-to-noise
    /// ratio of 20 dB.
    /// </summary>
    [Range(0, double.MaxValue, ErrorMessage = "{0} must be a number of at least 0.")]
    public double MaxRelativeError { get; init; } = 0.1;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Runner);
        ArgumentNullException.ThrowIfNull(SkippedNodes);
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new(this), results, validateAllProperties: true))
        {
            throw new ArgumentException(
                string.Join(" ", results.Select(result => result.ErrorMessage)), results[0].MemberNames.First());
        }
    }
}
