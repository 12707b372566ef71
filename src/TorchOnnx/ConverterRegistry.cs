using System.Reflection;
using TorchOnnx.Operators;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Writes one module as ONNX nodes.</summary>
/// <typeparam name="TModule">The type of the module.</typeparam>
/// <param name="module">The module, in eval mode.</param>
/// <param name="context">The place in the graph: inputs, shapes, and the means to add nodes.</param>
/// <returns>The value that the module's forward returns.</returns>
public delegate GraphValue ModuleConverter<in TModule>(TModule module, ConversionContext context)
    where TModule : torch.nn.Module;

/// <summary>Writes one module that returns several tensors as ONNX nodes.</summary>
/// <typeparam name="TModule">The type of the module.</typeparam>
/// <param name="module">The module, in eval mode.</param>
/// <param name="context">The place in the graph: inputs, shapes, and the means to add nodes.</param>
/// <returns>The values that the module's forward returns, tuples and lists flattened.</returns>
public delegate IReadOnlyList<GraphValue> MultipleModuleConverter<in TModule>(TModule module, ConversionContext context)
    where TModule : torch.nn.Module;

/// <summary>Writes one call of a method as ONNX nodes.</summary>
/// <param name="context">The place in the graph: arguments by name, shapes, and the means to add nodes.</param>
/// <returns>The value that the method returns, or that it leaves in the tensor that it changes.</returns>
public delegate GraphValue MethodConverter(ConversionContext context);

/// <summary>Writes one call of a method that returns several tensors as ONNX nodes.</summary>
/// <param name="context">The place in the graph: arguments by name, shapes, and the means to add nodes.</param>
/// <returns>The values that the method returns, tuples and lists flattened.</returns>
public delegate IReadOnlyList<GraphValue> MultipleMethodConverter(ConversionContext context);

/// <summary>
/// Which modules and methods can be written as ONNX, and how. A type is matched exactly, never by its base: a derived
/// class may override forward.
/// </summary>
public sealed class ConverterRegistry
{
    private readonly Dictionary<Type, MultipleModuleConverter<torch.nn.Module>> _modules;
    private readonly Dictionary<(Type Type, string Name), MultipleMethodConverter> _methods;

    /// <summary>A registry without converters.</summary>
    public ConverterRegistry() : this([], []) { }

    private ConverterRegistry(
        Dictionary<Type, MultipleModuleConverter<torch.nn.Module>> modules,
        Dictionary<(Type Type, string Name), MultipleMethodConverter> methods)
    {
        _modules = modules;
        _methods = methods;
    }

    /// <summary>
    /// The converters of TorchSharp's own modules and operations. What is added to it holds for the whole process;
    /// <see cref="Clone"/> it first for a private one.
    /// </summary>
    public static ConverterRegistry Default { get; } = OperatorTable.AddTo(new ConverterRegistry());

    /// <summary>The module types that have a converter, in the order of their names.</summary>
    public IReadOnlyList<Type> ModuleTypes => [.. _modules.Keys.OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>The methods that have a converter, all overloads of a name together, in the order of their names.</summary>
    public IReadOnlyList<(Type Type, string Name)> Methods =>
        [.. _methods.Keys.OrderBy(key => key.Type.FullName, StringComparer.Ordinal).ThenBy(key => key.Name, StringComparer.Ordinal)];

    /// <summary>Adds a converter for a module type, or replaces the one it has.</summary>
    /// <typeparam name="TModule">The exact type of the modules.</typeparam>
    /// <param name="converter">Writes such a module.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry Add<TModule>(ModuleConverter<TModule> converter) where TModule : torch.nn.Module =>
        AddMultiple<TModule>((module, context) => [converter(module, context)]);

    /// <summary>Adds a converter for a module type that returns several tensors, or replaces the one it has.</summary>
    /// <typeparam name="TModule">The exact type of the modules.</typeparam>
    /// <param name="converter">Writes such a module.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMultiple<TModule>(MultipleModuleConverter<TModule> converter) where TModule : torch.nn.Module
    {
        _modules[typeof(TModule)] = (module, context) => converter((TModule)module, context);
        return this;
    }

    /// <summary>Adds a converter for all overloads of a method, or replaces the one they have.</summary>
    /// <param name="type">The type that declares the method; a generic one without its arguments.</param>
    /// <param name="name">
    /// The method's name; a property's getter is called "get_Name". A method of the same name with an underscore
    /// behind it, which changes its tensor in place, is written by the same converter.
    /// </param>
    /// <param name="converter">Writes such a call.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMethod(Type type, string name, MethodConverter converter) =>
        AddMultipleMethod(type, name, context => [converter(context)]);

    /// <summary>Adds a converter for all overloads of a method that returns several tensors, or replaces the one they have.</summary>
    /// <param name="type">The type that declares the method; a generic one without its arguments.</param>
    /// <param name="name">The method's name; a property's getter is called "get_Name".</param>
    /// <param name="converter">Writes such a call.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry AddMultipleMethod(Type type, string name, MultipleMethodConverter converter)
    {
        _methods[(type, name)] = converter;
        return this;
    }

    /// <summary>A copy that can be extended without changing this one.</summary>
    public ConverterRegistry Clone() => new(new(_modules), new(_methods));

    internal MultipleModuleConverter<torch.nn.Module>? Find(Type moduleType) => _modules.GetValueOrDefault(moduleType);

    internal MultipleMethodConverter? Find(Type type, string method) => _methods.GetValueOrDefault((type, method));

    internal MultipleMethodConverter? Find(MethodBase method)
    {
        if (method.DeclaringType is not { } type) return null;
        if (type.IsConstructedGenericType) type = type.GetGenericTypeDefinition();
        return _methods.GetValueOrDefault((type, method.Name))
            ?? (method.Name is [.., not '_', '_'] ? _methods.GetValueOrDefault((type, method.Name[..^1])) : null);
    }
}
