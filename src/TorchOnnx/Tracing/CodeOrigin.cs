using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Determines whether a method belongs to .NET, to TorchSharp or to user code.</summary>
internal static class CodeOrigin
{
    private static readonly Assembly Torch = typeof(torch).Assembly;
    private static readonly string FrameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";

    public static bool IsTorch(MemberInfo member) => member.Module.Assembly == Torch;

    // The assemblies of .NET share a folder.
    public static bool IsFramework(MemberInfo member) =>
        member.Module.Assembly == typeof(object).Assembly
        || (FrameworkFolder.Length > 0 && Path.GetDirectoryName(member.Module.Assembly.Location) == FrameworkFolder);

    public static bool IsUsers(MemberInfo member) => !IsTorch(member) && !IsFramework(member);

    /// <summary>Returns a value that indicates whether a method has IL.</summary>
    public static bool HasBody(MethodBase method) =>
        !method.IsAbstract
        && !method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
        && (method.MethodImplementationFlags & (MethodImplAttributes.InternalCall | MethodImplAttributes.Runtime)) == 0
        && method is not System.Reflection.Emit.DynamicMethod;
}
