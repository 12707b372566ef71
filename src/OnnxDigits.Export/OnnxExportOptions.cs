namespace OnnxDigits.Export;

/// <summary>How a module is exported. Every default is safe to leave.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest operator set that can be written.</summary>
    public const int MinimumOpset = 13;

    /// <summary>The highest operator set that can be written.</summary>
    public const int MaximumOpset = 22;

    /// <summary>Names of the graph's inputs, one per input of the module. Default: "input".</summary>
    public IReadOnlyList<string> InputNames { get; init; } = ["input"];

    /// <summary>Names of the graph's outputs, one per output of the module. Default: "output".</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = ["output"];

    /// <summary>
    /// Whether dimension 0 of the example is a batch whose size is left open. Default: true. The module is then
    /// also run with one more row; a module that allows one batch size only must be exported with false.
    /// </summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>The symbolic name of the batch dimension. Default: "N".</summary>
    public string BatchDimensionName { get; init; } = "N";

    /// <summary>
    /// The operator set to write, <see cref="MinimumOpset"/> to <see cref="MaximumOpset"/>. Default: 17, which
    /// every ONNX Runtime since 1.12 loads. Higher ones are read by newer runtimes only.
    /// </summary>
    public int Opset { get; init; } = 17;

    /// <summary>Metadata of the model, written sorted by key. Default: none.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The producer's name in the model. Default: "OnnxDigits.Export".</summary>
    public string ProducerName { get; init; } = "OnnxDigits.Export";

    /// <summary>The producer's version in the model. Default: the version of this library.</summary>
    public string ProducerVersion { get; init; } =
        typeof(OnnxExportOptions).Assembly.GetName().Version!.ToString(3);

    /// <summary>The name of the graph. Default: the name of the module's type.</summary>
    public string? ModelName { get; init; }

    /// <summary>A description of the model for humans. Default: empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>
    /// The largest difference allowed in proportion to the module's result, beside
    /// <see cref="AbsoluteTolerance"/>: |graph − module| ≤ absolute + relative · |module|. Default: 1e-4.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-4;

    /// <summary>The largest difference allowed whatever the size of the result. Default: 1e-5.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-5;

    /// <summary>
    /// The runtime that proves the graph during the export. Default: null, nothing is proven, and
    /// <see cref="OnnxProgram.Report"/> is null until <see cref="OnnxProgram.Verify"/> is called.
    /// </summary>
    public IGraphRunner? Verifier { get; init; }

    /// <summary>The converters to use. Default: <see cref="ConverterRegistry.Default"/>.</summary>
    public ConverterRegistry Registry { get; init; } = ConverterRegistry.Default;

    internal void Validate()
    {
        if (Opset is < MinimumOpset or > MaximumOpset)
            throw new ArgumentException(
                $"Opset {Opset} cannot be written: choose {MinimumOpset} to {MaximumOpset}.", nameof(Opset));
        if (InputNames is not [{ Length: > 0 } input])
            throw new ArgumentException(
                $"A module of one tensor has one input, but {InputNames.Count} names were given or the name is empty.",
                nameof(InputNames));
        if (OutputNames is not [{ Length: > 0 } output])
            throw new ArgumentException(
                $"A module of one result has one output, but {OutputNames.Count} names were given or the name is empty.",
                nameof(OutputNames));
        if (input == output)
            throw new ArgumentException($"Input and output cannot both be called '{input}'.", nameof(OutputNames));
        if (BatchDimensionName.Length == 0)
            throw new ArgumentException("The batch dimension needs a name, such as \"N\".", nameof(BatchDimensionName));
        if (!(RelativeTolerance >= 0 && AbsoluteTolerance >= 0))
            throw new ArgumentException(
                $"Tolerances cannot be negative: relative {RelativeTolerance}, absolute {AbsoluteTolerance}.");
    }
}
