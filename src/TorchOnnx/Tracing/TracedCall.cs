using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Represents a call while it runs.</summary>
internal sealed class TracedCall(Tracer? tracer, CallSite? site, object?[] arguments)
{
    private static readonly CallSite Unknown = new(null, 0, ((Action)Untraced).Method, IsVirtual: false);

    /// <summary>The rewritten copy that the thunk runs, or <see langword="null"/> to run the method itself.</summary>
    public Delegate? Copy;

    /// <summary>Indicates whether the thunk returns the opposite of the flag that the call returned.</summary>
    public bool IsInverted;

    /// <summary>
    /// The arguments with "this" first. The thunk passes on the delegates and sequences in this array.
    /// </summary>
    public object?[] Arguments = arguments;

    /// <summary>Gets the tracer that follows the call, or <see langword="null"/> if it runs untraced.</summary>
    public Tracer? Tracer { get; } = site is null ? null : tracer;

    public CallSite Site { get; } = site ?? Unknown;

    /// <summary>Gets or sets the override that runs.</summary>
    public MethodBase Target { get; set; } = (site ?? Unknown).Target;

    public CallKind Kind { get; set; } = CallKind.Outside;

    /// <summary>Gets or sets the call whose code makes this call.</summary>
    public TracedCall? Parent { get; set; }

    /// <summary>Gets or sets the call of the module whose code runs.</summary>
    public ModuleScope Scope { get; set; } = ModuleScope.None;

    /// <summary>Gets or sets the called module if it becomes nodes; <see langword="null"/> for a method.</summary>
    public torch.nn.Module? Leaf { get; set; }

    /// <summary>
    /// Gets or sets a copy of the called module's weights if the forward pass created the module; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public IReadOnlyList<(string Name, torch.Tensor Value)>? MadeWeights { get; set; }

    /// <summary>Gets or sets the arguments as they were before the call.</summary>
    public IReadOnlyList<RecordedArgument> Recorded { get; set; } = [];

    /// <summary>Gets or sets the number of tensors that this thread had created before the call.</summary>
    public long CreatedBefore { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the call was refused, so that its results are unknown.
    /// </summary>
    public bool IsRefused { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the results replace the call, because it has no converter and its
    /// arguments are weights or constants.
    /// </summary>
    public bool IsFolded { get; set; }

    /// <summary>Gets or sets a value that indicates whether the call returned without an exception.</summary>
    public bool HasReturned { get; set; }

    /// <summary>
    /// Gets the nearest line of user code, from this call outwards. If that code has no symbols, it is the line that
    /// called into it.
    /// </summary>
    public SourceLine? Line => Site.Line is { File: null } blind && Parent?.Line is { File: not null } caller
        ? caller with { Method = $"{blind.Method} (no debug symbols), called by {caller.Method}" }
        : Site.Line ?? Parent?.Line;

    /// <summary>Gets the module's type name, or the type and name of the method.</summary>
    public string Name => Leaf?.GetType().Name ?? MethodNames.Of(Target);

    public OnnxExportProblem Problem(string reason, string remedy) => Scope.Problem(reason, remedy, Line);

    private static void Untraced() { }
}

/// <summary>Specifies how the tracer treats a call.</summary>
internal enum CallKind
{
    /// <summary>Runs unchanged and must not create tensors: methods of .NET and constructors.</summary>
    Outside,

    /// <summary>Runs as a rewritten copy.</summary>
    Followed,

    /// <summary>Becomes nodes of the graph.</summary>
    Leaf,

    /// <summary>Runs unchanged and computes nothing from tensors: TorchSharp's shapes, scopes and factories.</summary>
    Harmless,
}
