using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Represents one forward pass: its calls in order, and the problems found between them.</summary>
/// <param name="Inputs">The input tensors.</param>
/// <param name="Outputs">The returned tensors, with tuples and lists flattened.</param>
/// <param name="Calls">The calls that become nodes.</param>
/// <param name="Refusals">The problems, each with the number of calls recorded before it.</param>
internal sealed record Recording(
    IReadOnlyList<RecordedValue> Inputs,
    IReadOnlyList<RecordedValue> Outputs,
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlyList<(int CallIndex, OnnxExportProblem Problem)> Refusals)
{
    /// <summary>Gets a value that indicates whether the only problem is an exception from <c>forward</c>.</summary>
    public bool IsOnlyRejected { get; init; }

    /// <summary>Gets the elements of the outputs if the recording keeps them; otherwise an empty list.</summary>
    public IReadOnlyList<GraphTensor?> Results { get; init; } = [];

    /// <summary>Gets the computations with numbers, which include sizes, in order.</summary>
    public IReadOnlyList<NumberStep> Steps { get; init; } = [];

    public IEnumerable<OnnxExportProblem> Problems => Refusals.Select(refusal => refusal.Problem);
}

/// <summary>Represents a call of a module or method that has a converter.</summary>
internal sealed class RecordedCall
{
    /// <summary>Gets the called module, or <see langword="null"/> for a method.</summary>
    public torch.nn.Module? Module { get; init; }

    /// <summary>
    /// Gets a copy of the module's weights if the forward pass created the module; otherwise <see langword="null"/>.
    /// </summary>
    public IReadOnlyList<(string Name, torch.Tensor Value)>? MadeWeights { get; init; }

    /// <summary>Gets the called method; for a module, its <c>forward</c>.</summary>
    public required MethodBase Method { get; init; }

    /// <summary>Gets the call of the module, or of the module whose code calls the method.</summary>
    public required ModuleScope Scope { get; init; }

    /// <summary>Gets the line of user code that made the call, or <see langword="null"/> if it is unknown.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>Gets the arguments in the order of the parameters, with "this" first.</summary>
    public required IReadOnlyList<RecordedArgument> Arguments { get; init; }

    /// <summary>
    /// Gets the converter of a call that the tracer adds, or <see langword="null"/> to use the converter of the module
    /// or method.
    /// </summary>
    public MultipleMethodConverter? Converter { get; init; }

    /// <summary>
    /// Gets the returned tensors, with tuples and lists flattened; for an in-place call, the changed tensor.
    /// </summary>
    public required IReadOnlyList<RecordedValue> Outputs { get; init; }

    /// <summary>Gets the tensors in the arguments.</summary>
    public IEnumerable<RecordedValue> Inputs => Arguments.SelectMany(argument => argument.Values);

    /// <summary>Gets the module's type name, or the type and name of the method.</summary>
    public string Name => Module?.GetType().Name ?? MethodNames.Of(Method);

    public OnnxExportProblem Problem(string reason, string remedy) => Scope.Problem(reason, remedy, Line);
}
