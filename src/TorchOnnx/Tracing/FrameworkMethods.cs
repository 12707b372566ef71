using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TorchOnnx.Tracing;

/// <summary>Classifies the methods of .NET that need care in a trace.</summary>
internal static class FrameworkMethods
{
    private static readonly string[] OfEnvironment =
    [
        "get_TickCount", "get_TickCount64", "GetEnvironmentVariable", "GetEnvironmentVariables",
        "ExpandEnvironmentVariables", "get_MachineName", "get_UserName", "get_ProcessId", "get_ProcessorCount",
        "get_CurrentDirectory",
    ];

    private static readonly HashSet<Type> Printing =
    [
        typeof(Console), typeof(string), typeof(StringBuilder), typeof(Convert), typeof(Trace), typeof(Debug),
    ];

    /// <summary>
    /// Returns a value that indicates whether a method reads a clock, a random number or the environment.
    /// </summary>
    public static bool Varies(MethodBase method) =>
        method.DeclaringType is { } type && CodeOrigin.IsFramework(method) && (
            type == typeof(DateTime) || type == typeof(DateTimeOffset)
                ? method.Name is "get_Now" or "get_UtcNow" or "get_Today"
            : type == typeof(Stopwatch) ? method.Name.Contains("Elapsed") || method.Name == "GetTimestamp"
            : type == typeof(TimeProvider) ? method.Name is "GetUtcNow" or "GetLocalNow" or "GetTimestamp"
            : type == typeof(Random) ? method.Name is not (".ctor" or "get_Shared")
            : type == typeof(Guid) ? method.Name is "NewGuid" or "CreateVersion7"
            : type == typeof(Environment) ? OfEnvironment.Contains(method.Name)
            : type == typeof(RandomNumberGenerator)
                && !method.IsConstructor && method.Name is not ("Create" or "Dispose"));

    /// <summary>
    /// Returns a value that indicates whether a method may convert its arguments to text, which creates tensors.
    /// </summary>
    public static bool Prints(MethodBase method) =>
        method.DeclaringType is { } type && CodeOrigin.IsFramework(method)
        && (Printing.Contains(type) || typeof(TextWriter).IsAssignableFrom(type)
            || type.Name.EndsWith("InterpolatedStringHandler", StringComparison.Ordinal))
        && method.GetParameters().Any(parameter =>
            !parameter.ParameterType.IsPrimitive && parameter.ParameterType != typeof(string));
}
