using System.Linq.Expressions;

namespace TorchOnnx.Tracing;

/// <summary>Delegate types for any signature.</summary>
internal static class DelegateTypes
{
    // The expression compiler makes a type where no Func or Action fits (references, spans, more than 16 parameters).
    public static Type Get(IEnumerable<Type> parameters, Type returnType) =>
        Expression.GetDelegateType([.. parameters, returnType]);
}
