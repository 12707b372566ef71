using OnnxDigits.Export.Internals;
using OnnxDigits.Export.Internals.Front;
using OnnxDigits.Export.Internals.Graph;
using OnnxDigits.Export.Internals.Verification;
using TorchSharp;

namespace OnnxDigits.Export;

/// <summary>
/// Writes TorchSharp modules as ONNX. What cannot be written exactly is refused, with all reasons at once.
/// </summary>
/// <remarks>
/// The module is run in eval mode under no_grad and put back into its former mode; its weights are read when
/// <see cref="Export"/> is called. Modules are followed through <see cref="TorchSharp.Modules.Sequential"/>
/// down to those in <see cref="OnnxExportOptions.Registry"/>.
/// </remarks>
public static class OnnxExporter
{
    private static readonly IFront Front = new SequentialFront();

    /// <summary>Exports a module, and proves the result where the options name a runtime.</summary>
    /// <param name="model">The module: one tensor in, one tensor out.</param>
    /// <param name="example">An input of the module, on the module's device; dimension 0 is the batch.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>The ONNX model, not yet on the disk.</returns>
    /// <exception cref="OnnxExportException">
    /// The module cannot be written, or the runtime's results are not the module's.
    /// </exception>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static OnnxProgram Export(
        torch.nn.Module<torch.Tensor, torch.Tensor> model, torch.Tensor example, OnnxExportOptions? options = null)
    {
        options ??= new();
        CheckArguments(model, example, options);
        var translation = Translate(model, example, options);
        if (translation.Problems.Count > 0) throw new OnnxExportException(translation.Problems);

        var verifier = new Verifier(Front, model, TensorCopy.ToManaged(example), translation, options, example.device);
        var program = new OnnxProgram(translation, verifier);
        if (options.Verifier is { } runner && program.Verify(runner) is { Passed: false } report)
            throw report.ToException();
        return program;
    }

    /// <summary>Lists what stands in the way of an export, without writing or proving anything.</summary>
    /// <param name="model">The module: one tensor in, one tensor out.</param>
    /// <param name="example">An input of the module; dimension 0 is the batch.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>All problems in the order of the forward pass; empty when the module can be exported.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public static IReadOnlyList<OnnxExportProblem> Analyze(
        torch.nn.Module<torch.Tensor, torch.Tensor> model, torch.Tensor example, OnnxExportOptions? options = null)
    {
        options ??= new();
        CheckArguments(model, example, options);
        return Translate(model, example, options).Problems;
    }

    private static Translation Translate(
        torch.nn.Module<torch.Tensor, torch.Tensor> model, torch.Tensor example, OnnxExportOptions options)
    {
        using var evaluation = new EvaluationMode(model);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var recording = Front.Record(model, example, options.Registry, ValuesKept.None);
        if (options.DynamicBatch && recording.Problems.Count == 0)
        {
            var other = Front.Record(model, WithOneMoreRow(example), options.Registry, ValuesKept.None);
            if (other.Problems.Count > 0)
                return Translation.Refused([.. other.Problems.Select(problem => problem with
                {
                    Remedy = "It runs at one batch size only: export with DynamicBatch = false",
                })]);
            recording.AlignWith(other);
        }
        return Translation.Of(model, recording, options);
    }

    private static torch.Tensor WithOneMoreRow(torch.Tensor example) =>
        torch.cat([example, example.narrow(0, 0, 1)], 0);

    private static void CheckArguments(torch.nn.Module model, torch.Tensor example, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(example);
        options.Validate();
        if (example.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Int64 or torch.ScalarType.Int32))
            throw new ArgumentException(
                $"The example is of {example.dtype}: give one of Float32, Int64 or Int32.", nameof(example));
        if (example.numel() == 0)
            throw new ArgumentException(
                $"The example of shape [{string.Join(", ", example.shape)}] is empty: give at least one element.",
                nameof(example));
        if (options.DynamicBatch && example.dim() == 0)
            throw new ArgumentException(
                "The example is a scalar and has no batch dimension: export with DynamicBatch = false.",
                nameof(example));
    }
}
