using OnnxDigits.Export.Internals.Converters;
using TorchSharp;

namespace OnnxDigits.Export;

/// <summary>Writes one module as ONNX nodes.</summary>
/// <typeparam name="TModule">The type of the module.</typeparam>
/// <param name="module">The module, in eval mode.</param>
/// <param name="context">The place in the graph: inputs, shapes, and the means to add nodes.</param>
/// <returns>The value that the module's forward returns.</returns>
public delegate GraphValue ModuleConverter<in TModule>(TModule module, ConversionContext context)
    where TModule : torch.nn.Module;

/// <summary>
/// Which module types can be written as ONNX, and how. A type is matched exactly, never by its base: a derived
/// class may override forward.
/// </summary>
public sealed class ConverterRegistry
{
    private readonly Dictionary<Type, ModuleConverter<torch.nn.Module>> _converters;

    /// <summary>A registry without converters.</summary>
    public ConverterRegistry() : this([]) { }

    private ConverterRegistry(Dictionary<Type, ModuleConverter<torch.nn.Module>> converters) =>
        _converters = converters;

    /// <summary>
    /// The converters of TorchSharp's own modules. What is added to it holds for the whole process;
    /// <see cref="Clone"/> it first for a private one.
    /// </summary>
    public static ConverterRegistry Default { get; } = DefaultConverters.AddTo(new ConverterRegistry());

    /// <summary>The module types that have a converter, in the order of their names.</summary>
    public IReadOnlyList<Type> ModuleTypes => [.. _converters.Keys.OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Adds a converter for a module type, or replaces the one it has.</summary>
    /// <typeparam name="TModule">The exact type of the modules.</typeparam>
    /// <param name="converter">Writes such a module.</param>
    /// <returns>This registry.</returns>
    public ConverterRegistry Add<TModule>(ModuleConverter<TModule> converter) where TModule : torch.nn.Module
    {
        _converters[typeof(TModule)] = (module, context) => converter((TModule)module, context);
        return this;
    }

    /// <summary>A copy that can be extended without changing this one.</summary>
    public ConverterRegistry Clone() => new(new(_converters));

    internal ModuleConverter<torch.nn.Module>? Find(Type moduleType) => _converters.GetValueOrDefault(moduleType);
}
