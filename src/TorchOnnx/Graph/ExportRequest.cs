using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Represents a validated request to export a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="Example">The arguments of the module's <c>forward</c>.</param>
/// <param name="Options">The options.</param>
/// <param name="Sizes">The open dimensions, starting from the example's sizes.</param>
internal sealed record ExportRequest(
    torch.nn.Module Module, ModelInputs Example, OnnxExportOptions Options, DynamicSizes Sizes)
{
    /// <summary>Gets the state that the module keeps between forward passes.</summary>
    public ModelState State { get; } = ModelState.Of(Module);

    /// <exception cref="ArgumentException">An option is invalid, or the example doesn't match the options.</exception>
    public static ExportRequest Create(
        torch.nn.Module module, IReadOnlyList<object?> example, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(module, "model");
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var inputs = new ModelInputs(example);
        ExampleCheck.Validate(inputs, options);
        long elements = inputs.Tensors.Sum(tensor => tensor.numel());
        bool isThorough = options.Thorough
            ?? elements + Weights(module).Sum(weight => weight.Tensor.numel()) < OnnxExportOptions.LargeModule;
        return new(module, inputs, options, DynamicSizes.Of(options, inputs, isThorough ? null : elements));
    }

    /// <summary>
    /// Returns the parameters and buffers of a module and of the modules that it holds without registering them.
    /// </summary>
    public static IEnumerable<(string Name, torch.Tensor Tensor)> Weights(torch.nn.Module module) =>
        UnregisteredModules.State([("", module), .. UnregisteredModules.Of(module)]);

    /// <summary>Traces the module and translates the trace to a model.</summary>
    public ExportResult Run()
    {
        using var evaluation = EvaluationMode.Enter(Module);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var exported = Trace();
        if (exported is ExportResult.Exported || !State.CanBeEmptied) return exported;
        // The problems may come from the sizes of tensors that earlier passes have left in the module.
        State.IsEmptied = true;
        return Trace() as ExportResult.Exported ?? exported;
    }

    private ExportResult Trace()
    {
        var carried = CarriedState.Find(this);
        var result = SizeTracer.Trace(this);
        var exported = result is TraceResult.Refused refused
            ? new ExportResult.Refused(refused.Problems)
            : Translation.Translate(this, (TraceResult.Traced)result);
        // A converter may not support the branch that was chosen for all sizes. Then the original problems are
        // reported.
        if (exported is ExportResult.Refused && result is TraceResult.Traced { Undecided: { } undecided })
        {
            exported = new ExportResult.Refused(undecided.Problems);
        }
        return carried.Count == 0
            ? exported
            : new ExportResult.Refused([.. carried, .. (exported as ExportResult.Refused)?.Problems ?? []]);
    }
}
