using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

/// <summary>A module whose forward is a lambda.</summary>
public sealed class Lambda(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Lambda))
{
    public override Tensor forward(Tensor input) => function(input);
}
