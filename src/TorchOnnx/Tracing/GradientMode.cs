using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tracing;

/// <summary>Whether gradients are followed while a module runs.</summary>
internal static class GradientMode
{
    /// <summary>
    /// None are, save where there is an LSTM: without gradients libtorch 2.10 takes another path for it, whose results
    /// were seen to differ from those with gradients, and from the definition, by up to 0.46 on CPUs with AVX2.
    /// </summary>
    public static IDisposable For(torch.nn.Module model) =>
        model.named_modules().Select(entry => entry.module).Append(model).Any(module => module is LSTM)
            ? torch.enable_grad()
            : torch.no_grad();
}
