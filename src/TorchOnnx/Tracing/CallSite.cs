using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>A place in a followed method that calls another one.</summary>
/// <param name="Caller">The method that holds the call; null for the call of the root module.</param>
/// <param name="Offset">Where in its IL.</param>
/// <param name="Target">The method that is called, as the instruction names it.</param>
/// <param name="IsVirtual">Whether the type of the object decides which override runs.</param>
/// <param name="IsConstruction">Whether it makes a new object.</param>
/// <param name="Constraint">The type after a "constrained." prefix.</param>
internal sealed record CallSite(
    MethodBase? Caller, int Offset, MethodBase Target, bool IsVirtual, bool IsConstruction = false, Type? Constraint = null)
{
    private readonly Lazy<SourceLine?> _line = new(() => Caller is null ? null : DebugSymbols.Find(Caller, Offset));

    /// <summary>The line of source code; null where the caller is no code of the user's.</summary>
    public SourceLine? Line => Caller is null || !CodeOrigin.IsUsers(Caller) ? null : _line.Value;

    /// <summary>Whether the first value on the stack is the object whose method is called.</summary>
    public bool HasThis => !Target.IsStatic && !IsConstruction;

    /// <summary>What the call leaves on the stack.</summary>
    public Type ReturnType => IsConstruction ? Target.DeclaringType! : (Target as MethodInfo)?.ReturnType ?? typeof(void);

    /// <summary>The types of what the call takes from the stack.</summary>
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
