using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Finds the override of a virtual method that runs for an instance.</summary>
internal static class Overrides
{
    public static MethodInfo Find(object instance, MethodInfo method)
    {
        if (method.IsGenericMethod) return Generic(instance.GetType(), method);
        // The runtime resolves the override when it makes a delegate.
        var type = MethodCopy.DelegateType(
            method.GetParameters().Select(parameter => parameter.ParameterType), method.ReturnType);
        return Delegate.CreateDelegate(type, instance, method).Method;
    }

    private static MethodInfo Generic(Type type, MethodInfo method)
    {
        var definition = method.GetGenericMethodDefinition();
        if (method.DeclaringType!.IsInterface)
        {
            var map = type.GetInterfaceMap(method.DeclaringType);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, definition)]
                .MakeGenericMethod(method.GetGenericArguments());
        }
        for (var level = type; level is not null; level = level.BaseType)
        {
            foreach (var candidate in level.GetMethods(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (candidate.IsVirtual
                    && candidate.GetBaseDefinition().MethodHandle == definition.GetBaseDefinition().MethodHandle)
                {
                    return candidate.MakeGenericMethod(method.GetGenericArguments());
                }
            }
        }
        return method;
    }
}
