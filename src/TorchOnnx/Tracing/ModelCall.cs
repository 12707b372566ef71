using System.Reflection;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Calls a module whose number and types of inputs are known at run time only.</summary>
internal static class ModelCall
{
    /// <summary>The public "call" of the module, which runs hooks and forward.</summary>
    /// <exception cref="ArgumentException">The module has none that takes such inputs.</exception>
    public static MethodInfo Find(torch.nn.Module model, IReadOnlyList<object?> arguments)
    {
        var methods = model.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.Name is "call" or "forward" && !method.ContainsGenericParameters)
            // Some modules hide call by one with optional parameters; the most derived comes first.
            .OrderBy(method => method.Name == "call" ? 0 : 1);
        return methods.FirstOrDefault(method => Fits(method.GetParameters(), arguments))
            ?? throw new ArgumentException(
                $"{model.GetType().Name} has no forward that takes ({string.Join(", ", arguments.Select(Describe))}): "
                    + "give one example for each of its parameters, in their order.", nameof(arguments));
    }

    /// <summary>Runs the module as any program does, in a scope that the caller has opened.</summary>
    public static object? Run(torch.nn.Module model, IReadOnlyList<object?> arguments)
    {
        var method = Find(model, arguments);
        try
        {
            return method.Invoke(model, Complete(method, arguments));
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    /// <summary>The arguments with the defaults of the parameters that are left out.</summary>
    public static object?[] Complete(MethodInfo method, IReadOnlyList<object?> arguments) =>
        [.. arguments, .. method.GetParameters().Skip(arguments.Count).Select(parameter => parameter.DefaultValue)];

    private static bool Fits(ParameterInfo[] parameters, IReadOnlyList<object?> arguments) =>
        parameters.Length >= arguments.Count
        && parameters.Skip(arguments.Count).All(parameter => parameter.HasDefaultValue)
        && parameters.Zip(arguments).All(pair => pair.Second is null
            ? !pair.First.ParameterType.IsValueType || Nullable.GetUnderlyingType(pair.First.ParameterType) is not null
            : pair.First.ParameterType.IsInstanceOfType(pair.Second));

    private static string Describe(object? argument) => argument?.GetType().Name ?? "null";
}
