using System.Reflection;
using System.Text.RegularExpressions;

namespace TorchOnnx.Tracing;

/// <summary>Formats methods as they appear in source code instead of under compiler-generated names.</summary>
internal static partial class MethodNames
{
    /// <summary>Returns the type and name of a called method, such as "Tensor.add" or "new Holder".</summary>
    public static string Of(MethodBase method)
    {
        string type = method.DeclaringType?.Name.Split('`')[0] ?? "";
        return method.Name switch
        {
            ".ctor" => $"new {type}",
            "op_Explicit" or "op_Implicit" => $"the conversion to {((MethodInfo)method).ReturnType.Name}",
            "get_TensorItems" => $"{type}[…]",
            "set_TensorItems" => $"{type}[…] = …",
            var name when method.IsSpecialName && name.StartsWith("get_", StringComparison.Ordinal) =>
                $"{type}.{name[4..]}",
            var name when method.IsSpecialName && name.StartsWith("set_", StringComparison.Ordinal) =>
                $"{type}.{name[4..]} = …",
            var name => $"{type}.{name}",
        };
    }

    /// <summary>
    /// Returns the type and name of the source method that contains a lambda, local function or iterator.
    /// </summary>
    public static string OfSource(MethodBase method)
    {
        var type = method.DeclaringType;
        string name = method.Name;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
        {
            if (Original().Match(type.Name) is { Success: true } inType && inType.Groups[1].Length > 0)
            {
                name = inType.Groups[1].Value;
            }
            type = type.DeclaringType;
        }
        if (Original().Match(method.Name) is { Success: true } match && match.Groups[1].Length > 0)
        {
            name = match.Groups[1].Value;
        }
        return type is null ? name : $"{type.Name.Split('`')[0]}.{name}";
    }

    [GeneratedRegex("^<+([^<>]*)>")]
    private static partial Regex Original();
}
