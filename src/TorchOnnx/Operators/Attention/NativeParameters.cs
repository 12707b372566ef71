using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>
/// Contains the parameters of a module whose submodules exist only in native code. Names are relative to a prefix.
/// </summary>
internal sealed class NativeParameters(IReadOnlyDictionary<string, torch.Tensor> parameters, string prefix = "")
{
    private const double LayerNormEpsilon = 1e-5;

    public NativeParameters(torch.nn.Module module)
        : this(module.named_parameters().ToDictionary(entry => entry.name, entry => (torch.Tensor)entry.parameter)) { }

    public torch.Tensor this[string name] => parameters[prefix + name];

    /// <summary>Returns the parameter, or <see langword="null"/> if the module has no parameter of that name.</summary>
    public torch.Tensor? Find(string name) => parameters.GetValueOrDefault(prefix + name);

    /// <summary>Returns the parameters of a submodule.</summary>
    public NativeParameters Below(string name) => new(parameters, $"{prefix}{name}.");

    /// <summary>Returns the parameters of each of the submodules "layers.0", "layers.1" and so on.</summary>
    public IReadOnlyList<NativeParameters> Layers() =>
        [.. Enumerable.Range(0, int.MaxValue).Select(index => $"layers.{index}").TakeWhile(Has).Select(Below)];

    /// <summary>Adds the linear layer that has these parameters.</summary>
    public GraphValue Linear(ConversionContext context, GraphValue input) => LinearConverters.LinearByMatMul(
        context, input, context.Parameter(this["weight"]), context.ParameterOrNull(Find("bias")));

    /// <summary>
    /// Adds the layer normalization that has these parameters. Returns its input if there are no parameters.
    /// </summary>
    public GraphValue LayerNorm(ConversionContext context, GraphValue input) => Find("weight") is not { } weight
        ? input
        : LayerNormConverters.LayerNorm(
            context, input, weight.shape, context.Parameter(weight), context.Parameter(this["bias"]), LayerNormEpsilon);

    private bool Has(string name) =>
        parameters.Keys.Any(key => key.StartsWith($"{prefix}{name}.", StringComparison.Ordinal));
}
