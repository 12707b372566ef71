namespace TorchOnnx;

/// <summary>How a module is exported. Every default is safe to leave.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest operator set that can be written.</summary>
    public const int MinimumOpset = 13;

    /// <summary>The highest operator set that can be written.</summary>
    public const int MaximumOpset = 22;

    /// <summary>
    /// Names of the graph's inputs, one per tensor of the example, tuples and lists flattened. Default: "input", or
    /// "input_0" and so on where there are several.
    /// </summary>
    public IReadOnlyList<string> InputNames { get; init; } = [];

    /// <summary>
    /// Names of the graph's outputs, one per tensor that the module returns, tuples and lists flattened. Default:
    /// "output", or "output_0" and so on where there are several.
    /// </summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>
    /// Whether dimension 0 is a batch whose size is left open: that of the first tensor of the example and of all
    /// tensors with the same size there. Default: true. The module is then also run with more rows; a module that
    /// allows one batch size only must be exported with false.
    /// </summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>
    /// Other dimensions whose size is left open, such as the length of a sequence or height and width. Default: none.
    /// The module is also run with other sizes of each.
    /// </summary>
    public IReadOnlyList<DynamicDimension> DynamicDimensions { get; init; } = [];

    /// <summary>The symbolic name of the batch dimension. Default: "N".</summary>
    public string BatchDimensionName { get; init; } = "N";

    /// <summary>
    /// The operator set to write, <see cref="MinimumOpset"/> to <see cref="MaximumOpset"/>. Default: 17, which
    /// every ONNX Runtime since 1.12 loads. Higher ones are read by newer runtimes only.
    /// </summary>
    public int Opset { get; init; } = 17;

    /// <summary>
    /// Weights that take more bytes than this in all are written into a file of their own beside the model. Default:
    /// 2 GiB less a mebibyte, which is where one ONNX file ends.
    /// </summary>
    public long ExternalDataThreshold { get; init; } = int.MaxValue - (1L << 20);

    /// <summary>The versions of the operator domains that converters of your own use. Default: 1 for each.</summary>
    public IReadOnlyDictionary<string, int> CustomDomains { get; init; } = new Dictionary<string, int>();

    /// <summary>Metadata of the model, written sorted by key. Default: none.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The producer's name in the model. Default: "TorchOnnx".</summary>
    public string ProducerName { get; init; } = "TorchOnnx";

    /// <summary>The producer's version in the model. Default: the version of this library.</summary>
    public string ProducerVersion { get; init; } =
        typeof(OnnxExportOptions).Assembly.GetName().Version!.ToString(3);

    /// <summary>The name of the graph. Default: the name of the module's type.</summary>
    public string? ModelName { get; init; }

    /// <summary>A description of the model for humans. Default: empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>
    /// Whether weights are written and results are calculated in float16, between inputs and outputs of float32.
    /// Default: false.
    /// </summary>
    public bool HalfPrecision { get; init; }

    /// <summary>
    /// The largest difference allowed in proportion to the module's result, beside
    /// <see cref="AbsoluteTolerance"/>: |graph − module| ≤ absolute + relative · |module|. Default: null, which is 1e-4,
    /// and 1e-2 with <see cref="HalfPrecision"/>.
    /// </summary>
    public double? RelativeTolerance { get; init; }

    /// <summary>
    /// The largest difference allowed whatever the size of the result. Default: null, which is 1e-5, and 1e-2 with
    /// <see cref="HalfPrecision"/>. Where the proof takes a size of k times the example's, it is k times as large, for
    /// the rounding of sums and of positions grows with the size.
    /// </summary>
    public double? AbsoluteTolerance { get; init; }

    /// <summary>
    /// The runtime that proves the graph during the export. Default: null, nothing is proven, and
    /// <see cref="OnnxProgram.Report"/> is null until <see cref="OnnxProgram.Verify"/> is called.
    /// </summary>
    public IGraphRunner? Verifier { get; init; }

    /// <summary>The converters to use. Default: <see cref="ConverterRegistry.Default"/>.</summary>
    public ConverterRegistry Registry { get; init; } = ConverterRegistry.Default;

    internal double Relative => RelativeTolerance ?? (HalfPrecision ? 1e-2 : 1e-4);

    internal double Absolute => AbsoluteTolerance ?? (HalfPrecision ? 1e-2 : 1e-5);

    internal void Validate()
    {
        if (Opset is < MinimumOpset or > MaximumOpset)
            throw new ArgumentException(
                $"Opset {Opset} cannot be written: choose {MinimumOpset} to {MaximumOpset}.", nameof(Opset));
        if (BatchDimensionName.Length == 0)
            throw new ArgumentException("The batch dimension needs a name, such as \"N\".", nameof(BatchDimensionName));
        if (!(Relative >= 0 && Absolute >= 0))
            throw new ArgumentException(
                $"Tolerances cannot be negative: relative {Relative}, absolute {Absolute}.");
    }
}
