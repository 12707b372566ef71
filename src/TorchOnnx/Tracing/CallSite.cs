using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Represents a call instruction in a traced method.</summary>
/// <param name="Caller">The method that contains the call, or <see langword="null"/> for a call from outside.</param>
/// <param name="Offset">The offset of the instruction in the caller's IL.</param>
/// <param name="Target">The called method as the instruction names it.</param>
/// <param name="IsVirtual">Indicates whether the instance's type decides which override runs.</param>
/// <param name="IsConstruction">Indicates whether the instruction is <c>newobj</c>.</param>
/// <param name="Constraint">
/// The type of the instruction's <c>constrained.</c> prefix, or <see langword="null"/>.
/// </param>
internal sealed record CallSite(
    MethodBase? Caller, int Offset, MethodBase Target, bool IsVirtual, bool IsConstruction = false,
    Type? Constraint = null)
{
    private readonly Lazy<SourceLine?> _line = new(() =>
        Caller is null || !CodeOrigin.IsUsers(Caller) ? null : DebugSymbols.Find(Caller, Offset));

    /// <summary>Gets the source line, or <see langword="null"/> if the caller isn't user code.</summary>
    public SourceLine? Line => _line.Value;

    /// <summary>Gets a value that indicates whether the first value on the stack is an instance.</summary>
    public bool HasThis => !Target.IsStatic && !IsConstruction;

    /// <summary>
    /// Gets a value that indicates whether the instance is an object, which may be a boxed structure.
    /// </summary>
    public bool IsOnObject => Constraint is not { IsValueType: true } && Target.DeclaringType is { IsValueType: false };

    /// <summary>Gets the type of the value that the call pushes.</summary>
    public Type ReturnType => IsConstruction
        ? Target.DeclaringType!
        : (Target as MethodInfo)?.ReturnType ?? typeof(void);

    /// <summary>Gets the types of the values that the call pops.</summary>
    public Type[] StackTypes
    {
        get
        {
            var types = Target.GetParameters().Select(parameter => parameter.ParameterType);
            if (!HasThis) return [.. types];
            var self = Constraint?.MakeByRefType()
                ?? (Target.DeclaringType!.IsValueType ? Target.DeclaringType.MakeByRefType() : Target.DeclaringType);
            return [self, .. types];
        }
    }
}
