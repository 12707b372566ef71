using Google.Protobuf;
using Onnx;
using Shared;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Represents an exported ONNX model in memory.</summary>
public sealed class OnnxProgram
{
    private readonly ModelProto _model;
    private readonly OnnxExportOptions _options;
    private readonly Verifier _verifier;

    internal OnnxProgram(Verifier verifier)
    {
        _verifier = verifier;
        (_model, _options) = (Exported.Model, Exported.Request.Options);
    }

    internal ExportResult.Exported Exported => _verifier.Exported;

    /// <summary>
    /// Gets the nodes in execution order, even if <see cref="OnnxExportOptions.ModulesAsFunctions"/> moves them to
    /// functions.
    /// </summary>
    public IReadOnlyList<OnnxNode> Nodes => field ??= [..
        from node in _model.Graph.Node
        let source = Exported.Sources.GetValueOrDefault(node.Name)
        select new OnnxNode
        {
            Name = node.Name,
            OpType = node.OpType,
            Domain = node.Domain,
            Inputs = [.. node.Input],
            Outputs = [.. node.Output],
            ModulePath = source?.Scope.Path ?? "",
            ModuleType = source?.Scope.TypeName,
            Line = source?.Line,
        }];

    /// <summary>
    /// Gets the number of elements in the parameters of the module and of the modules that it holds without registering
    /// them. Shared parameters count once, and buffers don't count.
    /// </summary>
    public long ParameterCount => Exported.ParameterCount;

    /// <summary>Gets notes about modules that aren't registered but whose weights are in the file.</summary>
    public IReadOnlyList<string> Notes => Exported.Notes;

    /// <summary>Gets the report of the last verification, or <see langword="null"/> if there was none.</summary>
    public VerificationReport? Report { get; private set; }

    /// <summary>Returns the bytes of the ONNX file. The same module and options give the same bytes.</summary>
    /// <exception cref="InvalidOperationException">
    /// The weights exceed <see cref="OnnxExportOptions.ExternalDataThreshold"/>. Use <see cref="Save"/>.
    /// </exception>
    public byte[] ToBytes() => ExternalData.IsNeeded(_model, _options)
        ? throw new InvalidOperationException(
            $"The weights take more than {_options.ExternalDataThreshold:N0} bytes (ExternalDataThreshold), "
                + "a second file. Call Save to write both.")
        : Exported.File.ToByteArray();

    /// <summary>
    /// Runs the graph and the module on the example, on random inputs and at other sizes of the open dimensions, and
    /// compares the results.
    /// </summary>
    /// <param name="runner">The runtime that runs the graph.</param>
    /// <returns>The report, which <see cref="Report"/> also returns.</returns>
    /// <exception cref="InvalidOperationException">A tensor of the example was disposed.</exception>
    /// <remarks>The module and the example must not have been disposed or changed since the export.</remarks>
    public VerificationReport Verify(IGraphRunner runner)
    {
        ArgumentNullException.ThrowIfNull(runner);
        if (Exported.Request.Example.Tensors.Any(tensor => tensor.IsInvalid))
        {
            throw new InvalidOperationException(
                "The example's tensors were disposed. Keep them until the verification ends.");
        }
        return Report = _verifier.Verify(runner);
    }

    /// <summary>Quantizes the model of a module with one input to 8-bit integers.</summary>
    /// <inheritdoc cref="Quantize(IEnumerable{IReadOnlyList{object}}, QuantizationOptions)"/>
    public QuantizedModel Quantize(IEnumerable<torch.Tensor> calibration, QuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return Quantize(calibration.Select(batch => (IReadOnlyList<object?>)[batch]), options);
    }

    /// <summary>Quantizes the model to 8-bit integers.</summary>
    /// <param name="calibration">
    /// Batches of typical inputs: arguments of the module's <c>forward</c>, as in the export. The sequence is read
    /// several times, one batch at a time. Dynamic mode uses it only to compare the models.
    /// </param>
    /// <param name="options">The options.</param>
    /// <returns>The quantized model, in memory. This program stays unchanged.</returns>
    /// <exception cref="QuantizationException">
    /// The model cannot be quantized, or an error exceeds <see cref="QuantizationOptions.MaxRelativeError"/>.
    /// </exception>
    /// <exception cref="OnnxExportException">The last verification failed.</exception>
    /// <exception cref="ArgumentException">An option or the calibration is invalid.</exception>
    public QuantizedModel Quantize(IEnumerable<IReadOnlyList<object?>> calibration, QuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        if (Report is { Passed: false }) throw Report.ToException(_options);
        return OnnxQuantizer.Quantize(
            _model, calibration.Select(batch => new ModelInputs(batch).Tensors.Select(TensorCopy.ToManaged).ToList()),
            options);
    }

    /// <summary>
    /// Saves the model as an ONNX file. Weights above <see cref="OnnxExportOptions.ExternalDataThreshold"/> go to a
    /// second file, <paramref name="path"/> + ".data" or ".safetensors", which must stay in the same folder.
    /// </summary>
    /// <param name="path">The path of the file. Its folder must exist; an existing file is replaced atomically.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="OnnxExportException">The last verification failed.</exception>
    /// <exception cref="IOException">The file cannot be written. No file remains.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Report is { Passed: false }) throw Report.ToException(_options);
        var file = Exported.File;
        if (ExternalData.IsNeeded(_model, _options)) ExternalData.Save(file, path, _options.ExternalDataFormat);
        else AtomicFile.Write(path, stream => file.WriteTo(stream));
    }
}

/// <summary>Represents a node of an exported graph.</summary>
public sealed class OnnxNode
{
    /// <summary>Gets the name of the node: the path of its module and the operator, such as "/0/Conv".</summary>
    public required string Name { get; init; }

    /// <summary>Gets the ONNX operator.</summary>
    public required string OpType { get; init; }

    /// <summary>Gets the domain of the operator; empty for ONNX's own operators.</summary>
    public required string Domain { get; init; }

    /// <summary>Gets the names of the inputs. An omitted optional input is empty.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Gets the names of the outputs.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Gets the path of the module that the node was written for; empty for the root module.</summary>
    public string ModulePath { get; init; } = "";

    /// <summary>
    /// Gets the full name of the module's type, or <see langword="null"/> for a node that belongs to no module.
    /// </summary>
    public string? ModuleType { get; init; }

    /// <summary>Gets the line of user code that made the call, or <see langword="null"/> if it is unknown.</summary>
    public SourceLine? Line { get; init; }
}
