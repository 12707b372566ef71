using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Reads and copies records, classes and structs of user code, which may hold tensors.</summary>
internal static class TensorObject
{
    private static readonly MethodInfo CloneMembers = typeof(object).GetMethod(
        nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Returns a value that indicates whether a value is a record, class or struct of user code.</summary>
    public static bool Is(object? value) => value is not (null or torch.nn.Module or Delegate or Enum)
        && CodeOrigin.IsUsers(value.GetType());

    /// <summary>Returns a copy with the same values in its fields.</summary>
    public static object Clone(object value) => CloneMembers.Invoke(value, null)!;

    /// <summary>Returns the fields of a type, base classes first.</summary>
    public static IEnumerable<FieldInfo> Fields(Type type) =>
    [
        .. type.BaseType is { } parent && CodeOrigin.IsUsers(parent) ? Fields(parent) : [],
        .. type.GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .OrderBy(field => field.MetadataToken),
    ];
}
