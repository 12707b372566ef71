using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests;

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

    private sealed class Everything : nn.Module<Tensor, Tensor>
    {
        private static readonly Lock Gate = new();
        private readonly TorchSharp.Modules.ModuleList<nn.Module<Tensor, Tensor>> _layers =
            nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4));
        private readonly TorchSharp.Modules.Parameter _scale = nn.Parameter(rand(4));
        private readonly Func<Tensor, Tensor> _activation = nn.ReLU().call;
        private readonly TorchSharp.Modules.Sequential _head = nn.Sequential(nn.Linear(4, 4), nn.ReLU());

        public Everything() : base(nameof(Everything))
        {
            register_buffer("offset", rand(4));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = input;
            foreach (var layer in _layers)
            {
                try
                {
                    x = layer.forward(x);
                }
                finally
                {
                    x = Twice(x);
                }
            }
            lock (Gate) x = x * _scale + get_buffer("offset")!;
            var parts = Enumerable.Range(0, 2).Select(index => _activation(x.add(index))).ToList();
            parts = [.. parts.Select(part => Apply<Tensor>(part, tensor => tensor * 3))];
            if (x.shape[1] == 4) x = parts[0] + parts[1];
            x = _head.forward(x);
            x.add_(1);
            x += 2;
            return x.MoveToOuterDisposeScope();
        }

        private static Tensor Twice(Tensor x) => x.mul(2);

        private static T Apply<T>(T value, Func<T, T> function) => function(value);
    }

    private sealed class Pair() : nn.Module<Tensor, Tensor, (Tensor Sum, Tensor[] Others)>(nameof(Pair))
    {
        public override (Tensor Sum, Tensor[] Others) forward(Tensor left, Tensor right) =>
            (left + right, [left * 2, right]);
    }

    // The compiler nests the names of iterators in local functions, as those of lambdas in top-level statements.
    [Fact]
    public void Analyze_IteratorInLocalFunction_NamesItsMethod()
    {
        using var model = new Lambda(x => Each(x).Single());
        var problem = OnnxExporter.Analyze(model, randn(1, 3))[0];
        Assert.Equal(
            $"{nameof(TracingTests)}.{nameof(Analyze_IteratorInLocalFunction_NamesItsMethod)}", problem.Line!.Method);

        static IEnumerable<Tensor> Each(Tensor x)
        {
            yield return x.lgamma();
        }
    }

    [Fact]
    public void Export_ResidualAdd_Equal() => ModuleCheck.IsEqual(new Residual(), randn(2, 4));

    [Fact]
    public void Export_DerivedSequential_Equal() => ModuleCheck.IsEqual(new DoublingSequential(), randn(2, 4));

    [Fact]
    public void Export_Lambda_Equal() =>
        ModuleCheck.IsEqual(new Lambda(x => x.add(x, 2) - 1 + x * x.shape[0]), randn(2, 4));

    [Fact]
    public void Export_ManyLanguageFeatures_Equal() => ModuleCheck.IsEqual(new Everything(), randn(2, 4));

    [Fact]
    public void Export_SeveralInputsAndOutputs_Equal()
    {
        var program = ModuleCheck.IsEqual(
            new Pair(), [randn(2, 4), randn(2, 4)], new() { InputNames = ["left", "right"] });

        Assert.Equal(["output_0", "output_1", "output_2"], program.Nodes.SelectMany(node => node.Outputs));
        Assert.True(program.Verify(new OnnxRuntimeRunner()).Passed);
    }
}
