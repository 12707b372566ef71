using System.Diagnostics.CodeAnalysis;
using TorchOnnx.Graph;
using TorchOnnx.Verification;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Exports TorchSharp modules to ONNX.</summary>
/// <remarks>
/// The exporter runs the module in eval mode without gradients, records the calls that its code makes, and writes them
/// as ONNX nodes. It refuses modules that a graph cannot represent exactly, and lists all reasons at once. Weights,
/// modes and example tensors stay unchanged.
/// </remarks>
/// <example>
/// <code>
/// var model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10));
/// var program = OnnxExporter.Export(model, rand(1, 784), new() { Verifier = new OnnxRuntimeRunner() });
/// program.Save("model.onnx");
/// </code>
/// </example>
[RequiresUnreferencedCode(NeedsCode)]
[RequiresDynamicCode(NeedsCode)]
public static class OnnxExporter
{
    internal const string NeedsCode =
        "OnnxExporter follows the module's compiled code, and runs a rewritten copy. Export in a program that is not "
        + "trimmed or compiled ahead of time; a program that runs the ONNX file can be both.";

    /// <summary>Exports a module with one input, using default options.</summary>
    /// <inheritdoc cref="Export(torch.nn.Module, torch.Tensor, OnnxExportOptions)"/>
    public static OnnxProgram Export(torch.nn.Module model, torch.Tensor example) => Export(model, example, new());

    /// <summary>Exports a module with one input.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">
    /// An input of the module, on the module's device: float32, float64, int64, int32, uint8 or bool, with at least one
    /// element. Dimension 0 is the batch unless <see cref="OnnxExportOptions.DynamicBatch"/> is
    /// <see langword="false"/>.
    /// </param>
    /// <param name="options">The options.</param>
    /// <returns>The ONNX model, in memory.</returns>
    /// <exception cref="OnnxExportException">
    /// A graph cannot represent the module, or the verification failed.
    /// </exception>
    /// <exception cref="ArgumentException">An option is invalid, or the example doesn't match the module.</exception>
    /// <exception cref="InvalidOperationException">
    /// A generator of <see cref="OnnxExportOptions.InputGenerators"/> returned another shape or dtype.
    /// </exception>
    public static OnnxProgram Export(torch.nn.Module model, torch.Tensor example, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(example);
        return Export(model, [example], options);
    }

    /// <summary>Exports a module with any inputs, using default options.</summary>
    /// <inheritdoc cref="Export(torch.nn.Module, IReadOnlyList{object}, OnnxExportOptions)"/>
    public static OnnxProgram Export(torch.nn.Module model, IReadOnlyList<object?> example) =>
        Export(model, example, new());

    /// <summary>Exports a module with any inputs.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">
    /// An argument for each parameter of the module's <c>forward</c>, in order. Tensors become inputs of the graph,
    /// including tensors in tuples, arrays, lists, dictionaries, records, classes and structs. Other values become
    /// constants. Optional parameters at the end can be left out.
    /// </param>
    /// <param name="options">The options.</param>
    /// <returns>The ONNX model, in memory.</returns>
    /// <exception cref="OnnxExportException">
    /// A graph cannot represent the module, or the verification failed.
    /// </exception>
    /// <exception cref="ArgumentException">An option is invalid, or the example doesn't match the module.</exception>
    /// <exception cref="InvalidOperationException">
    /// A generator of <see cref="OnnxExportOptions.InputGenerators"/> returned another shape or dtype.
    /// </exception>
    public static OnnxProgram Export(torch.nn.Module model, IReadOnlyList<object?> example, OnnxExportOptions options)
    {
        var result = ExportRequest.Create(model, example, options).Run();
        if (result is ExportResult.Refused refused) throw new OnnxExportException(refused.Problems);
        var exported = (ExportResult.Exported)result;
        var program = new OnnxProgram(Verifier.Create(exported));
        if (options.Verifier is { } runner && program.Verify(runner) is { Passed: false } report)
        {
            throw report.ToException(options);
        }
        // Copies the tensors after the verification, because its session takes as much memory as the copies.
        TensorFormat.CopyTensors(exported.Model.Graph);
        return program;
    }

    /// <summary>
    /// Returns the problems that prevent the export of a module with one input, using default options.
    /// </summary>
    /// <inheritdoc cref="Analyze(torch.nn.Module, IReadOnlyList{object}, OnnxExportOptions)"/>
    public static IReadOnlyList<OnnxExportProblem> Analyze(torch.nn.Module model, torch.Tensor example) =>
        Analyze(model, example, new());

    /// <summary>Returns the problems that prevent the export of a module with one input.</summary>
    /// <inheritdoc cref="Analyze(torch.nn.Module, IReadOnlyList{object}, OnnxExportOptions)"/>
    public static IReadOnlyList<OnnxExportProblem> Analyze(
        torch.nn.Module model, torch.Tensor example, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(example);
        return Analyze(model, [example], options);
    }

    /// <summary>
    /// Returns the problems that prevent the export of a module with any inputs, using default options.
    /// </summary>
    /// <inheritdoc cref="Analyze(torch.nn.Module, IReadOnlyList{object}, OnnxExportOptions)"/>
    public static IReadOnlyList<OnnxExportProblem> Analyze(torch.nn.Module model, IReadOnlyList<object?> example) =>
        Analyze(model, example, new());

    /// <summary>Returns the problems that prevent the export of a module with any inputs.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">
    /// An example input, or an argument for each parameter of the module's <c>forward</c>.
    /// </param>
    /// <param name="options">The options.</param>
    /// <returns>The problems in the order of the forward pass; empty if the module can be exported.</returns>
    /// <exception cref="ArgumentException">An option is invalid, or the example doesn't match the module.</exception>
    /// <exception cref="InvalidOperationException">
    /// A generator of <see cref="OnnxExportOptions.InputGenerators"/> returned another shape or dtype.
    /// </exception>
    public static IReadOnlyList<OnnxExportProblem> Analyze(
        torch.nn.Module model, IReadOnlyList<object?> example, OnnxExportOptions options) =>
        ExportRequest.Create(model, example, options).Run() is ExportResult.Refused refused ? refused.Problems : [];
}
