using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>A call under way.</summary>
internal sealed class TracedCall(CallSite site, object?[] arguments)
{
    /// <summary>What the thunk runs in the place of the method; null to run the method itself.</summary>
    public Delegate? Copy;

    /// <summary>The arguments, "this" first; the thunk takes delegates and sequences from here.</summary>
    public object?[] Arguments = arguments;

    public CallSite Site { get; } = site;

    /// <summary>The method that really runs.</summary>
    public MethodBase Target { get; set; } = site.Target;

    public CallKind Kind { get; set; } = CallKind.Outside;

    /// <summary>The call whose code makes this one.</summary>
    public TracedCall? Parent { get; set; }

    /// <summary>The module whose code is running: its path and the full name of its type.</summary>
    public string Path { get; set; } = "";

    /// <inheritdoc cref="Path"/>
    public string ModuleType { get; set; } = "";

    /// <summary>The leaf module; null for a method.</summary>
    public torch.nn.Module? Leaf { get; set; }

    /// <summary>The arguments of a leaf as they were before it ran.</summary>
    public IReadOnlyList<RecordedArgument> Recorded { get; set; } = [];

    /// <summary>How many tensors this thread had made before.</summary>
    public long CreatedBefore { get; set; }

    /// <summary>Whether no converter writes what it does, so that its results are unknown.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the call came to its end without an exception.</summary>
    public bool HasReturned { get; set; }

    /// <summary>
    /// The nearest line of the user's code, from this call outwards. Where a library came without symbols, the line that
    /// called into it says more.
    /// </summary>
    public SourceLine? Line => Site.Line is { File: null } blind && Parent?.Line is { File: not null } caller
        ? caller with { Method = $"{blind.Method} (no debug symbols), called by {caller.Method}" }
        : Site.Line ?? Parent?.Line;

    /// <summary>Type and method for people.</summary>
    public string Name => Leaf?.GetType().Name ?? MethodNames.Of(Target);

    public OnnxExportProblem Problem(string reason, string remedy) => new(Path, ModuleType, reason, remedy, Line);
}

/// <summary>What the tracer does with a call.</summary>
internal enum CallKind
{
    /// <summary>It is run as it is, and must not make tensors: code of the runtime, constructors.</summary>
    Outside,

    /// <summary>Its copy is run.</summary>
    Followed,

    /// <summary>It becomes nodes of the graph.</summary>
    Leaf,

    /// <summary>TorchSharp code that computes nothing: shapes, scopes, weights, tensors made of numbers.</summary>
    Harmless,
}
