using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Puts a module and all below it into eval mode and, when disposed, each back into its own mode.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(torch.nn.Module Module, bool Training)> _modes;

    public EvaluationMode(torch.nn.Module root)
    {
        // Parents come first: train() reaches down, so children must be restored after them.
        _modes = [.. root.named_modules().Select(entry => entry.module).Prepend(root)
            .Select(module => (module, module.training))];
        root.eval();
    }

    public void Dispose()
    {
        foreach (var (module, training) in _modes) module.train(training);
    }
}
