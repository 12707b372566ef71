using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Runs a copy of a module's code that records which leaves it calls.</summary>
internal sealed class TracingFront : IFront
{
    public Recording Record(torch.nn.Module model, ModelInputs inputs, ConverterRegistry registry, ValuesKept kept)
    {
        using var gradients = GradientMode.For(model);
        using var scope = torch.NewDisposeScope();
        var state = model.named_parameters(true).Select(entry => (torch.Tensor)entry.parameter)
            .Concat(model.named_buffers(true).Select(entry => entry.buffer));
        var tracer = new Tracer(model, new TensorTracker(state.Select(TensorIdentity.Of).ToHashSet()), registry, kept);
        // A layer that works in place must not touch the caller's tensors.
        return tracer.Run(inputs.With(inputs.Tensors.Select(tensor => tensor.clone()).ToList()));
    }
}
