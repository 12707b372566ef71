using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>A leaf, module or method, and what it was called with: all that converters know of the forward pass.</summary>
internal sealed class RecordedCall
{
    /// <summary>The leaf module; null for a call of a method.</summary>
    public torch.nn.Module? Module { get; init; }

    /// <summary>The method that was called; for a module its forward.</summary>
    public required MethodBase Method { get; init; }

    /// <summary>The path of the leaf module, or of the module whose code calls the method.</summary>
    public required string Path { get; init; }

    /// <summary>The full C# name of the type of the module at <see cref="Path"/>.</summary>
    public required string ModuleType { get; init; }

    /// <summary>The line of the user's code that made the call; null where no such line is known.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>The arguments in the order of the parameters, "this" first.</summary>
    public required IReadOnlyList<RecordedArgument> Arguments { get; init; }

    /// <summary>What it returned, tuples and lists flattened; for a call that changes its tensor, the changed one.</summary>
    public required IReadOnlyList<RecordedValue> Outputs { get; init; }

    /// <summary>All tensors among the arguments, in their order.</summary>
    public IEnumerable<RecordedValue> Inputs => Arguments.SelectMany(argument => argument.Values);

    /// <summary>The leaf's name for people: a module's type, or type and method.</summary>
    public string Name => Module?.GetType().Name ?? MethodNames.Of(Method);

    public OnnxExportProblem Problem(string reason, string remedy) => new(Path, ModuleType, reason, remedy, Line);
}
