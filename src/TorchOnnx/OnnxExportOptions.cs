using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace TorchOnnx;

/// <summary>Specifies how a module is exported. Every option has a default.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest supported opset.</summary>
    public const int MinimumOpset = 13;

    /// <summary>The highest supported opset.</summary>
    public const int MaximumOpset = 25;

    /// <summary>
    /// Gets the names of the graph's inputs, one for each tensor of the example with tuples and lists flattened. The
    /// default is "input", or "input_0", "input_1" and so on for several inputs.
    /// </summary>
    public IReadOnlyList<string> InputNames { get; init; } = [];

    /// <summary>
    /// Gets the names of the graph's outputs, one for each tensor that the module returns with tuples and lists
    /// flattened. The default is "output", or "output_0", "output_1" and so on for several outputs.
    /// </summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>
    /// Gets a value that indicates whether the batch size stays open. The batch is dimension 0 of the example's first
    /// tensor, and of every other tensor whose dimension 0 has the same size. The default is <see langword="true"/>.
    /// </summary>
    /// <remarks>
    /// The exporter runs the module with other batch sizes too. Set this to <see langword="false"/> for a module that
    /// accepts one batch size only. If the batch is another dimension of an input, such as dimension 1 of an LSTM's
    /// states, add that dimension to <see cref="DynamicDimensions"/> with the name <see cref="BatchDimensionName"/>.
    /// </remarks>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>
    /// Gets other dimensions whose size stays open, such as the length of a sequence. The default is none.
    /// </summary>
    /// <remarks>The exporter runs the module with other sizes of each dimension too.</remarks>
    public IReadOnlyList<DynamicDimension> DynamicDimensions { get; init; } = [];

    /// <summary>
    /// Gets a value that indicates whether the shapes of results may depend on elements, as in <c>nonzero</c>,
    /// <c>masked_select</c>, <c>unique</c> and <c>x[mask]</c>. The default is <see langword="false"/>: such calls are
    /// refused.
    /// </summary>
    /// <remarks>
    /// The exporter also runs the module with other elements of the example, which must give other shapes.
    /// </remarks>
    public bool DataDependentShapes { get; init; }

    /// <summary>
    /// Gets generators for inputs whose values have a meaning, by the zero-based index of the tensor in the example
    /// with tuples and lists flattened. The default is none.
    /// </summary>
    /// <remarks>
    /// The exporter also runs the module with inputs of other sizes and values. By default, it draws floats from a
    /// normal distribution, and integers and flags at random from the example.
    /// </remarks>
    /// <example>
    /// <code>
    /// // nn.EmbeddingBag: the offsets are sorted, start at 0 and lie within the indices before them.
    /// var generators = new Dictionary&lt;int, InputGenerator&gt;
    /// {
    ///     [1] = (shape, random, previous) => tensor(Enumerable.Range(0, (int)shape[0])
    ///         .Select(bag => bag == 0 ? 0 : random.NextInt64(previous[0].shape[0])).Order().ToArray()),
    /// };
    /// </code>
    /// </example>
    public IReadOnlyDictionary<int, InputGenerator> InputGenerators { get; init; } =
        new Dictionary<int, InputGenerator>();

    /// <summary>Gets the symbolic name of the batch dimension. The default is "N".</summary>
    [Required(ErrorMessage = "{0} must not be empty. Give the batch dimension a name, such as \"N\".")]
    public string BatchDimensionName { get; init; } = "N";

    /// <summary>
    /// Gets the opset, from <see cref="MinimumOpset"/> to <see cref="MaximumOpset"/>. The default is 17, which requires
    /// ONNX Runtime 1.12 or later.
    /// </summary>
    [Range(MinimumOpset, MaximumOpset, ErrorMessage = "{0} must be from {1} to {2}.")]
    public int Opset { get; init; } = 17;

    /// <summary>
    /// Gets the total size of the weights, in bytes, above which they are saved in a second file. The default is 2 GiB
    /// less 1 MiB, near the limit of a single ONNX file.
    /// </summary>
    [Range(0, long.MaxValue, ErrorMessage = "{0} must not be negative.")]
    public long ExternalDataThreshold { get; init; } = int.MaxValue - (1L << 20);

    /// <summary>
    /// Gets the format of the second file. The default is <see cref="ExternalDataFormat.Raw"/>. Set
    /// <see cref="ExternalDataThreshold"/> to 0 to write a second file for any model with weights.
    /// </summary>
    [EnumDataType(typeof(ExternalDataFormat), ErrorMessage = "{0} must be Raw or Safetensors.")]
    public ExternalDataFormat ExternalDataFormat { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the file contains the origin of each node: its module's path and type, and
    /// the line of source code. The default is <see langword="false"/>, so that the file doesn't change with line
    /// numbers. <see cref="OnnxProgram.Nodes"/> always contains the origin.
    /// </summary>
    /// <remarks>
    /// The entries <c>module</c>, <c>module_type</c> and <c>source</c> of the node's metadata require IR version 10, as
    /// in ONNX Runtime 1.18. Viewers such as Netron show them.
    /// </remarks>
    public bool NodeMetadata { get; init; }

    /// <summary>
    /// Gets a value that indicates whether each submodule becomes a function of the model, which the graph calls.
    /// Equal layers share a function, and weights are its inputs. The default is <see langword="false"/>.
    /// </summary>
    /// <remarks>
    /// Functions require IR version 8, as in ONNX Runtime 1.12, which inlines them when it loads them.
    /// </remarks>
    public bool ModulesAsFunctions { get; init; }

    /// <summary>
    /// Gets the versions of the operator domains that custom converters use. The default is 1 for each domain.
    /// </summary>
    public IReadOnlyDictionary<string, int> CustomDomains { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Gets the metadata of the model, which is written in the order of its keys. The default is none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the producer's name in the model. The default is "TorchOnnx".</summary>
    public string ProducerName { get; init; } = "TorchOnnx";

    /// <summary>Gets the producer's version in the model. The default is the version of this library.</summary>
    public string ProducerVersion { get; init; } =
        typeof(OnnxExportOptions).Assembly.GetName().Version!.ToString(3);

    /// <summary>Gets the name of the graph. The default is the name of the module's type.</summary>
    public string? ModelName { get; init; }

    /// <summary>Gets a description of the model. The default is empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>
    /// Gets a value that indicates whether the graph stores weights and computes in float16, between float32 inputs and
    /// outputs. The default is <see langword="false"/>.
    /// </summary>
    public bool HalfPrecision { get; init; }

    /// <summary>
    /// Gets the allowed difference relative to each element of the module's result. An element passes if
    /// |graph − module| ≤ <see cref="RelativeTolerance"/> · |module| + <see cref="ScaleTolerance"/> · max |module|. The
    /// default is 1e-4, or 1e-2 with <see cref="HalfPrecision"/>.
    /// </summary>
    [Range(0, double.MaxValue, ErrorMessage = "{0} must be a number of at least 0.")]
    public double? RelativeTolerance { get; init; }

    /// <summary>
    /// Gets the allowed difference relative to the scale of an output. The scale, max |module|, is the largest absolute
    /// value that the module returns in that output over the whole batch, or the median of this value over all cases if
    /// the median is larger. The default is 1e-5, or 1e-2 with <see cref="HalfPrecision"/>.
    /// </summary>
    /// <remarks>
    /// If the graph resizes images by linear or cubic interpolation, floats may also differ by 2⁻²¹ of the scale for
    /// each element of the longest side, at most by 1e-3. libtorch and ONNX Runtime round the coordinates of the source
    /// differently, and the error grows with the coordinate.
    /// </remarks>
    [Range(0, double.MaxValue, ErrorMessage = "{0} must be a number of at least 0.")]
    public double? ScaleTolerance { get; init; }

    /// <summary>
    /// Gets the runtime that verifies the graph during the export. The default is <see langword="null"/>:
    /// the export doesn't verify the graph, and you can call <see cref="OnnxProgram.Verify"/> later.
    /// </summary>
    public IGraphRunner? Verifier { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the export runs the module at many sizes and on many inputs, which takes up
    /// to a hundred times as long as a pass of the example. The default is <see langword="null"/>:
    /// <see langword="true"/> for modules whose weights, buffers and example have fewer than 1,000,000 elements
    /// together.
    /// </summary>
    /// <remarks>
    /// If the value is <see langword="false"/>, an export with verification takes about as long as 7 to 10 passes of
    /// the example, besides the runtime's session. Open sizes other than a batch of 1 then start from a quarter of the
    /// example's if the module accepts that. The work depends on sizes rather than on time, so that a result can be
    /// repeated on another machine.
    /// </remarks>
    public bool? Thorough { get; init; }

    /// <summary>
    /// Gets the converters of modules and operations. The default is a registry of the built-in converters.
    /// </summary>
    public ConverterRegistry Converters { get; init; } = new();

    /// <summary>The number of elements from which a module is large.</summary>
    internal const long LargeModule = 1_000_000;

    internal double Relative => RelativeTolerance ?? (HalfPrecision ? 1e-2 : 1e-4);

    internal double Scale => ScaleTolerance ?? (HalfPrecision ? 1e-2 : 1e-5);

    internal void Validate()
    {
        var nullability = new NullabilityInfoContext();
        foreach (var property in GetType().GetProperties())
        {
            if (nullability.Create(property).ReadState == NullabilityState.NotNull && property.GetValue(this) is null)
            {
                throw new ArgumentException($"{property.Name} must not be null.", property.Name);
            }
        }
        if (DynamicDimensions.Contains(null!) || InputGenerators.Values.Contains(null!)
            || Metadata.Values.Contains(null!))
        {
            throw new ArgumentException("DynamicDimensions, InputGenerators and Metadata must not contain null.");
        }
        if (CustomDomains.Values.Any(version => version < 1))
        {
            throw new ArgumentException("CustomDomains must contain versions of at least 1.", nameof(CustomDomains));
        }
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new(this), results, validateAllProperties: true))
        {
            throw new ArgumentException(
                string.Join(" ", results.Select(result => result.ErrorMessage)), results[0].MemberNames.First());
        }
    }
}
