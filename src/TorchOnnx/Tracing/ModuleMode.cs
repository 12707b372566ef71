using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tracing;

/// <summary>
/// Puts a module and its submodules into eval mode. Disposing restores the mode of each, torch's random state, the
/// parameters' requires_grad, the buffers, the tables of embeddings, and the elements of other tensors that the module
/// holds.
/// </summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly IReadOnlyList<(torch.nn.Module Module, bool Training)> _modes;
    private readonly IReadOnlyList<(Parameter Parameter, bool RequiresGrad)> _parameters;
    private readonly IReadOnlyList<(torch.Tensor Tensor, torch.Tensor Copy)> _changing;
    private readonly torch.Tensor _random;

    private EvaluationMode(
        IReadOnlyList<(torch.nn.Module, bool)> modes, IReadOnlyList<(Parameter, bool)> parameters,
        IReadOnlyList<(torch.Tensor, torch.Tensor)> changing, torch.Tensor random) =>
        (_modes, _parameters, _changing, _random) = (modes, parameters, changing, random);

    public static EvaluationMode Enter(torch.nn.Module root)
    {
        // train() also sets the mode of submodules, so parents come first.
        List<torch.nn.Module> modules =
            [root, .. root.modules(), .. UnregisteredModules.Of(root).Select(entry => entry.Module)];
        var modes = modules.Select(module => (module, module.training)).ToList();
        root.eval();
        return new(
            modes,
            [.. modules.SelectMany(module => module.parameters(false))
                .Select(parameter => (parameter, parameter.requires_grad))],
            [.. modules.SelectMany(Changing).Concat(HeldBy(root)).Distinct(ReferenceEqualityComparer.Instance)
                .Cast<torch.Tensor>().Select(tensor => (tensor, TensorTracker.Copy(tensor)))],
            torch.get_rng_state().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (var (module, training) in _modes) module.train(training);
        foreach (var (parameter, requiresGrad) in _parameters) parameter.requires_grad = requiresGrad;
        using var noGrad = torch.no_grad();
        foreach (var (tensor, copy) in _changing)
        {
            if (!tensor.IsInvalid) tensor.copy_(copy);
            copy.Dispose();
        }
        torch.set_rng_state(_random);
        _random.Dispose();
    }

    // An embedding with max_norm rescales its rows. An instance normalization averages its running statistics over the
    // batch in eval mode too, which rounds them, and a normalization that eval doesn't reach updates them.
    private static IEnumerable<torch.Tensor> Changing(torch.nn.Module module) => module switch
    {
        Embedding { weight: { } table } => [table],
        EmbeddingBag { weight: { } table } => [table],
        _ => module.named_buffers(false).Select(entry => entry.buffer),
    };

    // The statistics of a normalization that is called as a function are in a field or a closure.
    private static IEnumerable<torch.Tensor> HeldBy(torch.nn.Module root) =>
        from held in ObjectGraph.Of(root, [])
        let tensor = held.Value as torch.Tensor
        where tensor is not (null or Parameter) && !tensor.IsInvalid && !tensor.is_sparse && tensor.is_contiguous()
        select tensor;
}

/// <summary>Chooses whether gradients are enabled while a module runs.</summary>
internal static class GradientMode
{
    /// <summary>
    /// Disables gradients, except for modules with an LSTM: without gradients, libtorch 2.10 computes an LSTM
    /// differently, and its results deviate from the definition by up to 0.46 on CPUs with AVX2.
    /// </summary>
    public static IDisposable For(torch.nn.Module model) =>
        model.named_modules().Select(entry => entry.module).Append(model)
            .Concat(UnregisteredModules.Of(model).Select(entry => entry.Module)).Any(module => module is LSTM)
            ? torch.enable_grad()
            : torch.no_grad();
}
