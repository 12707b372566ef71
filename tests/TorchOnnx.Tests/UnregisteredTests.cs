using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests;

/// <summary>Exports modules that use unregistered modules.</summary>
public sealed class UnregisteredTests
{
    private static readonly Linear Shared = Square();

    public static TheoryData<string> Names => [.. Held.Keys, .. Made.Keys];

    private static IReadOnlyDictionary<string, Func<Layer>> Held { get; } = new Dictionary<string, Func<Layer>>
    {
        ["field"] = () => new Holder<Linear>(Square(), (linear, x) => linear.call(x)),
        ["array"] = () => new Holder<Linear[]>([Square(), Square()], (all, x) => all[1].call(all[0].call(x))),
        ["list"] = () => new Holder<List<Layer>>([Square(), nn.Tanh(), Square()], (all, x) =>
        {
            foreach (var layer in all) x = layer.call(x);
            return x;
        }),
        ["nested list"] = () => new Holder<List<List<Linear>>>(
            [[Square()], [Square(), Square()]], (all, x) => all[1][1].call(all[0][0].call(x) + all[1][0].call(x))),
        ["dictionary"] = () => new Holder<Dictionary<string, Linear>>(
            new() { ["key"] = Square(), ["value"] = Square() }, (all, x) => all["key"].call(x) * all["value"].call(x)),
        ["tuple"] = () => new Holder<(Linear, Linear)>(
            (Square(), Square()), (pair, x) => pair.Item2.call(pair.Item1.call(x))),
        ["record"] = () => new Holder<Pair>(new(Square(), Square()), (pair, x) => pair.Right.call(pair.Left.call(x))),
        ["lazy value"] = () =>
        {
            var lazy = new Lazy<Linear>(Square);
            lazy.Value.eval();
            return new Holder<Lazy<Linear>>(lazy, (held, x) => held.Value.call(x));
        },
        ["closure"] = () =>
        {
            var linear = Square();
            return new Lambda(x => linear.call(x).relu() + linear.call(x));
        },
        ["static"] = () => new Lambda(x => Shared.call(x)),
        ["lazily created"] = () => new OnDemand(),
        ["inside a registered module"] = () => nn.Sequential(
            ("a", nn.Linear(4, 4)), ("b", new Holder<Linear[]>([Square()], (all, x) => all[0].call(x)))),
        ["sequential"] = () => new Holder<Sequential>(
            nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 4)), (all, x) => all.call(x)),
        ["parameters"] = () => new Holder<Parameter[]>(
            [nn.Parameter(randn(4, 4)), nn.Parameter(randn(4))], (all, x) => x.matmul(all[0]) + all[1]),
        ["batch norm"] = () => new Holder<BatchNorm1d>(Evaluating(nn.BatchNorm1d(4)), (norm, x) => norm.call(x)),
        ["recurrent"] = () => new Holder<LSTM>(
            Evaluating(nn.LSTM(4, 5, batchFirst: true)), (lstm, x) => lstm.call(x.unsqueeze(1), null).Item1!),
        ["attention"] = () => new Holder<MultiheadAttention>(
            Evaluating(nn.MultiheadAttention(4, 2)),
            (attention, x) => attention.call(x.unsqueeze(0), x.unsqueeze(0), x.unsqueeze(0), null, false, null).Item1!),
        ["two registered under one name"] = () => nn.Sequential(("a", Square()), ("a", Square()), ("b", nn.ReLU())),
    };

    private static IReadOnlyDictionary<string, Func<Layer>> Made { get; } = new Dictionary<string, Func<Layer>>
    {
        ["activation in forward"] = () => new Lambda(x => nn.ReLU().call(x) + nn.Softmax(1).call(x)),
        ["flatten in forward"] = () => new Lambda(x => nn.Flatten().call(x.unsqueeze(1))),
        ["disposed in forward"] = () => new Lambda(x =>
        {
            using var tanh = nn.Tanh();
            return tanh.call(x);
        }),
        ["fused convolution"] = () => new Fused(disposes: false),
        ["fused and disposed convolution"] = () => new Fused(disposes: true),
        ["two of one type"] = () => new Lambda(x => Filled(2).call(x) + Filled(3).call(x.relu())),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_UnregisteredModule_IsEqual(string name)
    {
        using var model = (Held.GetValueOrDefault(name) ?? Made[name])();
        model.eval();
        // The layer that the first pass creates stays.
        if (name == "lazily created") Assert.Empty(OnnxExporter.Analyze(model, randn(2, 4)));
        ModuleCheck.IsEqual(model, randn(2, 4));
    }

    [Fact]
    public void Export_UnregisteredList_NamesItsWeightsAndNotesIt()
    {
        using var model = Held["array"]();
        var options = new OnnxExportOptions { Verifier = new OnnxRuntimeRunner() };
        var program = OnnxExporter.Export(model, randn(2, 4), options);

        var names = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph.Initializer.Select(weight => weight.Name);
        Assert.Equal(["Held.0.bias", "Held.0.weight", "Held.1.bias", "Held.1.weight"], names.Order());
        Assert.Equal(
            ["'Held.0' (Linear) isn't registered.", "'Held.1' (Linear) isn't registered."],
            program.Notes.Select(note => note[..(note.IndexOf('.', 8) + 1)]));
        Assert.Contains($"note: {program.Notes[0]}", program.Report!.ToString());
        Assert.Equal(2 * (16 + 4), program.ParameterCount);
        Assert.Empty(OnnxExporter.Export(nn.Linear(4, 4), randn(2, 4)).Notes);
    }

    [Theory]
    [InlineData("fused convolution")]
    [InlineData("lazily created")]
    [InlineData("static")]
    public void Export_UnregisteredModule_LeavesTheModelUsable(string name)
    {
        using var model = (Held.GetValueOrDefault(name) ?? Made[name])();
        model.eval();
        using var noGrad = no_grad();
        using var x = randn(2, 4);
        byte[] bytes = OnnxExporter.Export(model, x).ToBytes();

        Assert.False(model.call(x).IsInvalid);
        if (name != "lazily created") Assert.Equal(bytes, OnnxExporter.Export(model, x).ToBytes());
    }

    public static TheoryData<string> Refused => [.. Varying.Keys];

    private static IReadOnlyDictionary<string, Func<Tensor, Tensor>> Varying { get; } =
        new Dictionary<string, Func<Tensor, Tensor>>
        {
            ["random weights"] = x => nn.Linear(4, 4).call(x),
            ["weights from the input"] = x =>
            {
                var linear = nn.Linear(4, 4, hasBias: false);
                linear.weight = nn.Parameter(x[0].outer(x[0]));
                return linear.call(x);
            },
            ["settings from a size"] = x => nn.AvgPool1d(x.shape[0]).call(x.t().unsqueeze(0)),
            ["weights changed after the call"] = x =>
            {
                using var linear = Filled(2);
                var y = linear.call(x);
                linear.weight.fill_(3);
                return y;
            },
            ["random weight used directly"] = x => x.matmul(nn.Linear(4, 4).weight),
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Export_MadeModuleThatVaries_IsRefusedWithLine(string name)
    {
        using var model = new Lambda(Varying[name]);
        var problem = Assert.Single(OnnxExporter.Analyze(model, randn(2, 4)));
        Assert.Contains(
            name == "weights changed after the call" ? "changes the weights of a Linear" : "every pass", problem.Reason);
        Assert.Equal("UnregisteredTests.cs", Path.GetFileName(problem.Line!.File));
    }

    private static Linear Square() => nn.Linear(4, 4);

    private static T Evaluating<T>(T module) where T : nn.Module
    {
        module.eval();
        return module;
    }

    private static Linear Filled(double weight)
    {
        var linear = nn.Linear(4, 4);
        using var noGrad = no_grad();
        linear.weight.fill_(weight);
        linear.bias!.fill_(weight);
        return linear;
    }

    private sealed record Pair(Linear Left, Linear Right);

    private sealed class Holder<T>(T held, Func<T, Tensor, Tensor> function) : Layer(nameof(Holder<>))
    {
        private T Held { get; } = held;

        public override Tensor forward(Tensor x) => function(Held, x);
    }

    private sealed class OnDemand() : Layer(nameof(OnDemand))
    {
        private Linear? _linear;

        public override Tensor forward(Tensor x) => (_linear ??= Square()).call(x);
    }

    // A convolution and its normalization as one convolution, made in each pass.
    private sealed class Fused : Layer
    {
        private readonly Conv1d _convolution = nn.Conv1d(1, 3, 3);
        private readonly BatchNorm1d _norm = nn.BatchNorm1d(3);
        private readonly bool _disposes;

        public Fused(bool disposes) : base(nameof(Fused))
        {
            _disposes = disposes;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var fused = nn.Conv1d(1, 3, 3);
            var factor = _norm.weight / (_norm.running_var! + _norm.eps).sqrt();
            fused.weight = nn.Parameter(_convolution.weight * factor.reshape(-1, 1, 1));
            fused.bias!.copy_((_convolution.bias! - _norm.running_mean!) * factor + _norm.bias!);
            var result = fused.call(x.unsqueeze(1));
            if (_disposes) fused.Dispose();
            return result;
        }
    }
}
