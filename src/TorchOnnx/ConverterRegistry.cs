using System.Reflection;
using TorchOnnx.Operators;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Converts a module with one output to ONNX nodes.</summary>
/// <typeparam name="TModule">The type of the module.</typeparam>
/// <param name="module">The module, in eval mode.</param>
/// <param name="context">The module's inputs and shapes, and methods that add nodes to the graph.</param>
/// <returns>The value that stands for the output of the module's <c>forward</c>.</returns>
public delegate GraphValue ModuleConverter<in TModule>(TModule module, ConversionContext context)
    where TModule : torch.nn.Module;

/// <summary>Converts a module with several outputs to ONNX nodes.</summary>
/// <typeparam name="TModule">The type of the module.</typeparam>
/// <param name="module">The module, in eval mode.</param>
/// <param name="context">The module's inputs and shapes, and methods that add nodes to the graph.</param>
/// <returns>
/// The values that stand for the outputs of the module's <c>forward</c>, with tuples and lists flattened.
/// </returns>
public delegate IReadOnlyList<GraphValue> MultipleModuleConverter<in TModule>(TModule module, ConversionContext context)
    where TModule : torch.nn.Module;

/// <summary>Converts a call of a method with one result to ONNX nodes.</summary>
/// <param name="context">The arguments by name, the shapes, and methods that add nodes to the graph.</param>
/// <returns>
/// The value that stands for the result or, for a method that works in place, for the changed tensor.
/// </returns>
public delegate GraphValue MethodConverter(ConversionContext context);

/// <summary>Converts a call of a method with several results to ONNX nodes.</summary>
/// <param name="context">The arguments by name, the shapes, and methods that add nodes to the graph.</param>
/// <returns>The values that stand for the results, with tuples and lists flattened.</returns>
public delegate IReadOnlyList<GraphValue> MultipleMethodConverter(ConversionContext context);

/// <summary>
/// Maps module types and methods to the converters that write them as ONNX nodes. A new registry holds the converters
/// of TorchSharp's modules and operations.
/// </summary>
/// <remarks>
/// Module types match exactly: a converter isn't used for derived types, because a derived type may override
/// <c>forward</c>. A registry isn't thread-safe while converters are added.
/// </remarks>
/// <example>
/// <code>
/// var converters = new ConverterRegistry()
///     .Add&lt;Doubling&gt;((module, context) => context.Add("Mul", [context.Input, context.Constant(2f)]))
///     .AddMethod(typeof(Ops), nameof(Ops.Cube), context =>
///         context.Add("Pow", [context.Tensor("value"), context.Constant(3f)]));
/// var options = new OnnxExportOptions { Converters = converters };
/// </code>
/// </example>
public sealed class ConverterRegistry
{
    private static readonly ConverterRegistry BuiltIn = OperatorTable.AddTo(new([], [], []));

    private readonly Dictionary<Type, MultipleModuleConverter<torch.nn.Module>> _modules;
    private readonly Dictionary<(Type Type, string Name), MultipleMethodConverter> _methods, _complexMethods;

    /// <summary>Initializes a registry with the built-in converters.</summary>
    public ConverterRegistry() : this(
        new(BuiltIn._modules), new(BuiltIn._methods), new(BuiltIn._complexMethods))
    { }

    private ConverterRegistry(
        Dictionary<Type, MultipleModuleConverter<torch.nn.Module>> modules,
        Dictionary<(Type Type, string Name), MultipleMethodConverter> methods,
        Dictionary<(Type Type, string Name), MultipleMethodConverter> complexMethods)
    {
        _modules = modules;
        _methods = methods;
        _complexMethods = complexMethods;
    }

    /// <summary>Gets the module types that have a converter, ordered by full name.</summary>
    public IReadOnlyList<Type> ModuleTypes => [.. _modules.Keys.OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>
    /// Gets the methods that have a converter, ordered by type and name. One entry stands for all overloads.
    /// </summary>
    public IReadOnlyList<(Type Type, string Name)> Methods =>
        [.. _methods.Keys.Union(_complexMethods.Keys).OrderBy(key => key.Type.FullName, StringComparer.Ordinal)
            .ThenBy(key => key.Name, StringComparer.Ordinal)];

    /// <summary>Adds or replaces the converter of a module type.</summary>
    /// <typeparam name="TModule">The exact type of the modules.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry Add<TModule>(ModuleConverter<TModule> converter) where TModule : torch.nn.Module =>
        AddMultiple<TModule>((module, context) => [converter(module, context)]);

    /// <summary>Adds or replaces the converter of a module type with several outputs.</summary>
    /// <typeparam name="TModule">The exact type of the modules.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMultiple<TModule>(MultipleModuleConverter<TModule> converter)
        where TModule : torch.nn.Module
    {
        _modules[typeof(TModule)] = (module, context) => converter((TModule)module, context);
        return this;
    }

    /// <summary>Adds or replaces the converter of all overloads of a method.</summary>
    /// <param name="type">The type that declares the method. For a generic type, its definition.</param>
    /// <param name="name">
    /// The name of the method; <c>get_Name</c> for a property. The converter also writes the method's in-place form,
    /// which has the same name with an underscore appended.
    /// </param>
    /// <param name="converter">The converter.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMethod(Type type, string name, MethodConverter converter) =>
        AddMultipleMethod(type, name, context => [converter(context)]);

    /// <summary>Adds or replaces the converter of all overloads of a method with several results.</summary>
    /// <param name="type">The type that declares the method. For a generic type, its definition.</param>
    /// <param name="name">The name of the method; <c>get_Name</c> for a property.</param>
    /// <param name="converter">The converter.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMultipleMethod(Type type, string name, MultipleMethodConverter converter)
    {
        _methods[(type, name)] = converter;
        return this;
    }

    /// <summary>Returns the converter of a module type.</summary>
    /// <param name="moduleType">The exact type of the module.</param>
    /// <returns>The converter, or <see langword="null"/> if the type has none.</returns>
    public MultipleModuleConverter<torch.nn.Module>? Find(Type moduleType) => _modules.GetValueOrDefault(moduleType);

    /// <summary>Returns the converter of a method.</summary>
    /// <param name="method">A method of any type, generic or not.</param>
    /// <returns>
    /// The converter, or <see langword="null"/> if neither the method nor its form without underscore has one.
    /// </returns>
    public MultipleMethodConverter? Find(MethodBase method) => Find(_methods, method);

    /// <summary>Returns the converter of all overloads of a method.</summary>
    /// <param name="type">The type that declares the method. For a generic type, its definition.</param>
    /// <param name="name">The name of the method.</param>
    /// <returns>The converter, or <see langword="null"/> if the method has none.</returns>
    public MultipleMethodConverter? Find(Type type, string name) => _methods.GetValueOrDefault((type, name));

    /// <summary>
    /// Adds the converter of all overloads of a method for calls with a complex argument or result. It returns the real
    /// part and the imaginary part of a complex result.
    /// </summary>
    internal void AddComplexMethod(Type type, string name, MultipleMethodConverter converter) =>
        _complexMethods[(type, name)] = converter;

    /// <summary>Returns the converter of a method for calls with a complex argument or result.</summary>
    internal MultipleMethodConverter? FindComplex(MethodBase method) => Find(_complexMethods, method);

    private static MultipleMethodConverter? Find(
        Dictionary<(Type Type, string Name), MultipleMethodConverter> methods, MethodBase method)
    {
        if (method.DeclaringType is not { } type) return null;
        if (type.IsConstructedGenericType) type = type.GetGenericTypeDefinition();
        return methods.GetValueOrDefault((type, method.Name))
            ?? (method.Name is [.., not '_', '_'] ? methods.GetValueOrDefault((type, method.Name[..^1])) : null);
    }
}
