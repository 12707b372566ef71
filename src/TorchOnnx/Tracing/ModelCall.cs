using System.Reflection;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Calls a module by reflection, with any number and types of arguments.</summary>
internal static class ModelCall
{
    /// <summary>
    /// Returns the module's <c>call</c>, which runs hooks and <c>forward</c>, or its <c>forward</c> if no <c>call</c>
    /// accepts the arguments.
    /// </summary>
    /// <exception cref="ArgumentException">No overload accepts the arguments.</exception>
    public static MethodInfo Find(torch.nn.Module model, IReadOnlyList<object?> arguments)
    {
        var methods = model.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.Name is "call" or "forward" && !method.ContainsGenericParameters)
            // Some modules hide call by an overload with optional parameters. The most derived comes first.
            .OrderBy(method => method.Name == "call" ? 0 : 1);
        return methods.FirstOrDefault(method => Fits(method.GetParameters(), arguments))
            ?? throw new ArgumentException(
                $"{model.GetType().Name} has no forward that accepts "
                    + $"({string.Join(", ", arguments.Select(Describe))}). "
                    + "Give an argument for each of its parameters, in order.", nameof(arguments));
    }

    /// <summary>Runs the module untraced. The caller owns the dispose scope of the results.</summary>
    public static object? Run(torch.nn.Module model, IReadOnlyList<object?> arguments)
    {
        var method = Find(model, arguments);
        try
        {
            return method.Invoke(model, Complete(method, arguments));
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    /// <summary>Returns the arguments followed by the defaults of the remaining parameters.</summary>
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
