using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tracing;

/// <summary>Puts a module and its submodules into eval mode, and restores the mode of each on disposal.</summary>
internal readonly struct EvaluationMode : IDisposable
{
    private readonly IReadOnlyList<(torch.nn.Module Module, bool Training)> _modes;

    private EvaluationMode(IReadOnlyList<(torch.nn.Module, bool)> modes) => _modes = modes;

    public static EvaluationMode Enter(torch.nn.Module root)
    {
        // train() also sets the mode of submodules, so parents come first.
        var modes = root.named_modules().Select(entry => entry.module).Prepend(root)
            .Select(module => (module, module.training)).ToList();
        root.eval();
        return new(modes);
    }

    public void Dispose()
    {
        foreach (var (module, training) in _modes) module.train(training);
    }
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
