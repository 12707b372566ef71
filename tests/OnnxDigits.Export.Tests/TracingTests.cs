using OnnxDigits.Export.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Tests;

public sealed class TracingTests
{
    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner = nn.Linear(4, 4);

        public Residual() : base(nameof(Residual)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input + _inner.call(input);
    }

    private sealed class DoublingSequential() : TorchSharp.Modules.Sequential([("0", nn.ReLU())])
    {
        public override Tensor forward(Tensor input) => base.forward(input) * 2;
    }

    [Fact]
    public void Export_ResidualAdd_Equal() => ModuleCheck.IsEqual(new Residual(), randn(2, 4));

    [Fact]
    public void Export_DerivedSequential_Equal() => ModuleCheck.IsEqual(new DoublingSequential(), randn(2, 4));

    [Fact]
    public void Export_Lambda_Equal() => ModuleCheck.IsEqual(new Lambda(x => x.add(x, 2) - 1 + x * x.shape[0]), randn(2, 4));
}
