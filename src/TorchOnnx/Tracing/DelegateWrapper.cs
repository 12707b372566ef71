using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Replaces delegates by ones whose methods are traced when somebody else calls them.</summary>
internal static class DelegateWrapper
{
    public static Delegate Wrap(Delegate original)
    {
        Delegate[] parts = original.GetInvocationList();
        Delegate[] wrapped = [.. parts.Select(WrapOne)];
        return parts.SequenceEqual(wrapped, ReferenceEqualityComparer.Instance) ? original : Delegate.Combine(wrapped)!;
    }

    private static Delegate WrapOne(Delegate original)
    {
        var method = original.Method;
        // A dynamic method is a thunk of ours, or code that has no IL to be copied.
        if (method is DynamicMethod || method.GetType().Name == "RTDynamicMethod" || method.DeclaringType is null
            || CodeOrigin.IsFramework(method)
            || (!method.IsStatic && method.DeclaringType.IsValueType)) return original;
        var thunk = Thunk.ForDelegate(method);
        return original.Target is null
            ? thunk.CreateDelegate(original.GetType())
            : thunk.CreateDelegate(original.GetType(), original.Target);
    }
}
