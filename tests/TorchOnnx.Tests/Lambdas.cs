namespace TorchOnnx.Tests;

/// <summary>A module whose forward is a lambda, which may call an inner module.</summary>
public sealed class Lambda : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> _function;

    public Lambda(Func<Tensor, Tensor> function, nn.Module? inner = null) : base(nameof(Lambda))
    {
        _function = function;
        if (inner is not null) register_module("inner", inner);
    }

    public override Tensor forward(Tensor input) => _function(input);
}

/// <summary>A module of two inputs whose forward is a lambda, which may call an inner module.</summary>
public sealed class BinaryLambda : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor> _function;

    public BinaryLambda(Func<Tensor, Tensor, Tensor> function, nn.Module? inner = null) : base(nameof(BinaryLambda))
    {
        _function = function;
        if (inner is not null) register_module("inner", inner);
    }

    public override Tensor forward(Tensor left, Tensor right) => _function(left, right);
}

/// <summary>A module of several outputs whose forward is a lambda.</summary>
public sealed class MultipleLambda(Func<Tensor, Tensor[]> function)
    : nn.Module<Tensor, Tensor[]>(nameof(MultipleLambda))
{
    public override Tensor[] forward(Tensor input) => function(input);
}
