using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Calls as the source spells them; the compiler has names of its own for operators, properties and indexers.</summary>
internal static class MethodNames
{
    public static string Of(MethodBase method)
    {
        string type = method.DeclaringType?.Name.Split('`')[0] ?? "";
        return method.Name switch
        {
            ".ctor" => $"new {type}",
            "op_Explicit" or "op_Implicit" => $"the conversion to {((MethodInfo)method).ReturnType.Name}",
            "get_TensorItems" => $"{type}[…]",
            "set_TensorItems" => $"{type}[…] = …",
            var name when method.IsSpecialName && name.StartsWith("get_", StringComparison.Ordinal) => $"{type}.{name[4..]}",
            var name when method.IsSpecialName && name.StartsWith("set_", StringComparison.Ordinal) => $"{type}.{name[4..]} = …",
            var name => $"{type}.{name}",
        };
    }
}
