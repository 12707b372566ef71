using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

/// <summary>A module whose forward is a lambda.</summary>
public sealed class Lambda(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Lambda))
{
    public override Tensor forward(Tensor input) => function(input);
}

/// <summary>A module of two inputs whose forward is a lambda.</summary>
public sealed class BinaryLambda(Func<Tensor, Tensor, Tensor> function)
    : nn.Module<Tensor, Tensor, Tensor>(nameof(BinaryLambda))
{
    public override Tensor forward(Tensor left, Tensor right) => function(left, right);
}

/// <summary>A module of several outputs whose forward is a lambda.</summary>
public sealed class MultipleLambda(Func<Tensor, Tensor[]> function)
    : nn.Module<Tensor, Tensor[]>(nameof(MultipleLambda))
{
    public override Tensor[] forward(Tensor input) => function(input);
}
