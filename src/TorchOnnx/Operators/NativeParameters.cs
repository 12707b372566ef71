using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>Parameters of a module that holds its submodules natively, by their names below a prefix.</summary>
internal sealed class NativeParameters(IReadOnlyDictionary<string, torch.Tensor> parameters, string prefix = "")
{
    public NativeParameters(torch.nn.Module module)
        : this(module.named_parameters().ToDictionary(entry => entry.name, entry => (torch.Tensor)entry.parameter)) { }

    /// <summary>The parameter of that name.</summary>
    public torch.Tensor this[string name] => parameters[prefix + name];

    /// <summary>The parameter of that name; null where there is none.</summary>
    public torch.Tensor? Find(string name) => parameters.GetValueOrDefault(prefix + name);

    /// <summary>The parameters of a submodule.</summary>
    public NativeParameters Below(string name) => new(parameters, $"{prefix}{name}.");

    /// <summary>Whether there is a submodule of that name.</summary>
    public bool Has(string name) => parameters.Keys.Any(key => key.StartsWith($"{prefix}{name}.", StringComparison.Ordinal));

    /// <summary>The parameters of each of the layers "layers.0", "layers.1" and so on.</summary>
    public IReadOnlyList<NativeParameters> Layers() =>
        [.. Enumerable.Range(0, int.MaxValue).Select(index => $"layers.{index}").TakeWhile(Has).Select(Below)];
}
