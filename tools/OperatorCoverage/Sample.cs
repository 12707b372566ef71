using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>A module to export, and the arguments of its forward.</summary>
internal sealed record Sample(Func<nn.Module> Build, Func<object?[]> Example)
{
    public Sample(Func<nn.Module> build, params long[] shape) : this(build, () => [randn(shape)]) { }

    public Sample(Func<Tensor, Tensor> function, params long[] shape) : this(() => new Call(function), shape) { }

    private sealed class Call(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Call))
    {
        public override Tensor forward(Tensor input) => function(input);
    }
}
