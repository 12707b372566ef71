using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;
using TorchSharp;

namespace TorchOnnx;

/// <summary>
/// Writes TorchSharp modules as ONNX. What runs is what is written; what cannot be written exactly is refused, with
/// all reasons at once.
/// </summary>
/// <remarks>
/// The module is run in eval mode under no_grad and put back into its former mode; its weights are read when
/// the export is called. Its forward, and all code that it calls, is followed down to the modules and methods in
/// <see cref="OnnxExportOptions.Registry"/>.
/// </remarks>
public static class OnnxExporter
{
    private static readonly IFront Front = new TracingFront();

    /// <summary>Exports a module of one input, and proves the result where the options name a runtime.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">An input of the module, on the module's device; dimension 0 is the batch.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>The ONNX model, not yet on the disk.</returns>
    /// <exception cref="OnnxExportException">
    /// The module cannot be written, or the runtime's results are not the module's.
    /// </exception>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static OnnxProgram Export(torch.nn.Module model, torch.Tensor example, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(example);
        return Export(model, [example], options);
    }

    /// <summary>Exports a module of any inputs, and proves the result where the options name a runtime.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">
    /// One example for each parameter of its forward, in their order: a tensor, a tuple, array or list of tensors, or a
    /// value of another kind, which becomes part of the graph as it is. Trailing optional parameters may be left out.
    /// </param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>The ONNX model, not yet on the disk.</returns>
    /// <exception cref="OnnxExportException">
    /// The module cannot be written, or the runtime's results are not the module's.
    /// </exception>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static OnnxProgram Export(torch.nn.Module model, IReadOnlyList<object?> example, OnnxExportOptions? options = null)
    {
        var job = new ExportJob(Front, model, example, options ?? new());
        if (job.Problems.Count > 0) throw new OnnxExportException(job.Problems);
        var program = new OnnxProgram(job.Model, job.Options, new Verifier(Front, job));
        if (job.Options.Verifier is { } runner && program.Verify(runner) is { Passed: false } report)
            throw report.ToException();
        return program;
    }

    /// <summary>Lists what stands in the way of an export, without writing or proving anything.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">An input of the module; dimension 0 is the batch.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>All problems in the order of the forward pass; empty when the module can be exported.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static IReadOnlyList<OnnxExportProblem> Analyze(
        torch.nn.Module model, torch.Tensor example, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(example);
        return Analyze(model, [example], options);
    }

    /// <summary>Lists what stands in the way of an export, without writing or proving anything.</summary>
    /// <param name="model">The module.</param>
    /// <param name="example">One example for each parameter of its forward, as for the export.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>All problems in the order of the forward pass; empty when the module can be exported.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static IReadOnlyList<OnnxExportProblem> Analyze(
        torch.nn.Module model, IReadOnlyList<object?> example, OnnxExportOptions? options = null) =>
        new ExportJob(Front, model, example, options ?? new()).Problems;
}
