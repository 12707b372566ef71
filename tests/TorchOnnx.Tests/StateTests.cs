using System.Collections.Concurrent;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;
using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests;

/// <summary>Exports modules that keep tensors and numbers between forward passes.</summary>
public sealed class StateTests
{
    private const int Width = 4;

    public static TheoryData<string> CacheNames => [.. Caches.Keys];

    // Inputs have the shape [N, T, 4].
    private static IReadOnlyDictionary<string, Func<Layer>> Caches { get; } = new Dictionary<string, Func<Layer>>
    {
        ["table made once"] = () => new MadeOnce(),
        ["table grown by length"] = () => new Grown(disposes: false),
        ["table grown and disposed"] = () => new Grown(disposes: true),
        ["mask by length"] = () => new Masked(),
        ["static dictionary"] = StaticTables.NewLayer,
        ["concurrent dictionary"] = () => new Concurrent(),
        ["pair with a length"] = () => new Rotary(),
        ["helper that two layers share"] = () =>
        {
            var tables = new Tables();
            return nn.Sequential(new Helped(tables), new Helped(tables));
        },
        ["closure"] = () =>
        {
            Tensor? table = null;
            int length = -1;
            return new Lambda(x =>
            {
                if (x.shape[1] > length) (table, length) = (Table(x.shape[1]), (int)x.shape[1]);
                return x * table![..(int)x.shape[1]];
            });
        },
        ["array"] = () => new InArray(),
        ["lazy tensor"] = () => new InLazy(),
        ["fused weights"] = () => new FusedOnce(),
        ["flag"] = () => new Prepared(),
        ["record"] = () => new InRecord(),
        ["last result"] = () => new Watched(),
        ["property"] = () => new InProperty(),
        ["table of the constructor that is enlarged"] = () => new Enlarged(),
        ["table of the last length, at first empty"] = () => new Remade(),
        ["grids of the last length"] = () => new Grids(),
    };

    [Theory]
    [MemberData(nameof(CacheNames))]
    public void Export_Cache_GivesSameBytesFromFreshAndUsedModule(string name)
    {
        using var scope = NewDisposeScope();
        var model = Caches[name]();
        model.eval();
        var options = new OnnxExportOptions
        {
            InputNames = ["x"],
            OutputNames = ["y"],
            DynamicDimensions = [new("T", 0, 1)],
            Verifier = new OnnxRuntimeRunner(),
        };
        using var noGrad = no_grad();
        byte[] fresh = OnnxExporter.Export(model, randn(2, 6, Width), options).ToBytes();
        foreach (int used in (int[])[6, 3, 400])
        {
            using var before = model.call(randn(1, used, Width));
            var program = OnnxExporter.Export(model, randn(2, 6, Width), options);
            Assert.Equal(fresh, program.ToBytes());
            Assert.True(program.Verify(new OnnxRuntimeRunner()).Passed);
        }
        using var session = new OnnxRuntimeRunner().Load(fresh);
        foreach (int length in (int[])[1, 2, 5, 6, 7, 64, 300])
        {
            using var x = randn(3, length, Width);
            var expected = (GraphTensor<float>)TensorCopy.ToManaged(model.call(x));
            var actual = (GraphTensor<float>)session.Run(
                new Dictionary<string, GraphTensor> { ["x"] = TensorCopy.ToManaged(x) })["y"];
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.All(expected.Data.Zip(actual.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    // Each with the field and the start of the reason.
    private static IReadOnlyDictionary<string, (Func<Layer> Build, string Path, string Reason)> Carried { get; } =
        new Dictionary<string, (Func<Layer>, string, string)>
        {
            ["hidden state"] = (() => new Recurrent(null), "", "every pass changes '_hidden'"),
            ["hidden state of a constructor"] = (() => new Recurrent(zeros(Width)), "", "every pass changes '_hidden'"),
            ["key cache"] = (() => nn.Sequential(("inner", new KeyCache())), "inner", "every pass changes '_keys'"),
            ["key cache written in place"] = (
                () => new WrittenCache(), "", "Tensor.copy_ changes '_keys', which outlives the forward pass"),
            ["counter"] = (() => new Counter(), "", "every pass changes '_calls'"),
            ["static counter"] = (() => new StaticCounter(), "", "every pass changes 'StaticCounter._calls'"),
            ["largest so far"] = (
                () => new Largest(), "", "the first pass sets '_largest', and later passes give other results"),
            ["history"] = (() => new History(), "", "every pass changes '_seen'"),
            ["table of the first length"] = (
                () => new FirstLength(), "", "the first pass sets '_table', and it doesn't fit passes of other sizes"),
        };

    public static TheoryData<string> CarriedNames => [.. Carried.Keys];

    [Theory]
    [MemberData(nameof(CarriedNames))]
    public void Export_CarriedState_IsRefusedWithField(string name)
    {
        using var scope = NewDisposeScope();
        var (build, path, reason) = Carried[name];
        var model = build();
        model.eval();
        using var noGrad = no_grad();
        var x = randn(2, 6, Width);
        foreach (bool isUsed in (bool[])[false, true])
        {
            if (isUsed) model.call(x);
            var before = DeepState.Of(model);
            var options = new OnnxExportOptions { DynamicDimensions = [new("T", 0, 1)] };
            var problem = OnnxExporter.Analyze(model, x, options)[0];
            Assert.StartsWith(reason, problem.Reason);
            Assert.Equal(path, problem.ModulePath);
            Assert.Equal("StateTests.cs", Path.GetFileName(problem.Line!.File));
            Assert.Equal(before, DeepState.Of(model));
        }
        Assert.False(model.call(x).IsInvalid);
    }

    [Fact]
    public void Export_Finished_KeepsOnlyItsWeights()
    {
        using var model = nn.Sequential(nn.Linear(4, 4), nn.ReLU());
        using var example = randn(2, 4);
        OnnxExporter.Export(model, example);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        OnnxExporter.Export(model, example);
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - before, 0, model.parameters().Count());
    }

    [Fact]
    public void Export_OtherFirstCall_IsRefusedUntilItIsDone()
    {
        using var scope = NewDisposeScope();
        var (model, x) = (new FirstCall(), randn(2, 6, Width));
        string reason = Assert.Single(OnnxExporter.Analyze(model, x)).Reason;
        Assert.Equal("the first pass sets '_called', and later passes give other results", reason);

        model.call(x);
        var program = OnnxExporter.Export(model, x, new() { Verifier = new OnnxRuntimeRunner() });
        Assert.Equal("Relu", Assert.Single(program.Nodes).OpType);
    }

    [Fact]
    public void Export_StaticCache_StaysAsItIs()
    {
        using var scope = NewDisposeScope();
        var (model, x) = (StaticTables.NewLayer(), randn(2, 6, Width));
        model.call(x);
        var before = StaticTables.Known.ToList();
        OnnxExporter.Export(model, x, new() { Verifier = new OnnxRuntimeRunner() });

        Assert.Equal(before.Select(entry => entry.Key), StaticTables.Known.Keys);
        Assert.All(before, entry => Assert.Same(entry.Value, StaticTables.Known[entry.Key]));
        Assert.All(before, entry => Assert.False(entry.Value.IsInvalid));
    }

    // A registered buffer of a used module is a weight in the file.
    [Fact]
    public void Export_BufferThatForwardRegisters_IsComputedUntilItExists()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (model, x) = (new Registered(), randn(2, 6, Width));
        var options = new OnnxExportOptions
        {
            DynamicDimensions = [new("T", 0, 1)],
            Verifier = new OnnxRuntimeRunner(),
        };
        var fresh = OnnxExporter.Export(model, x, options);
        Assert.Null(model.get_buffer("table"));

        model.call(x);
        var used = OnnxExporter.Export(model, x, options);
        Assert.DoesNotContain(fresh.Nodes, node => node.Inputs.Contains("table"));
        Assert.Contains(used.Nodes, node => node.Inputs.Contains("table"));
    }

    private static Tensor Table(long length) => arange(length).unsqueeze(1) * arange(1, Width + 1) / 10;

    private sealed class MadeOnce() : Layer(nameof(MadeOnce))
    {
        private Tensor? _table;

        public override Tensor forward(Tensor x) => x + (_table ??= Table(500))[..(int)x.shape[1]];
    }

    private sealed class Enlarged() : Layer(nameof(Enlarged))
    {
        private Tensor _table = Table(32);

        public override Tensor forward(Tensor x)
        {
            if (x.shape[1] > _table.shape[0]) _table = Table(x.shape[1]);
            return x + _table[..(int)x.shape[1]];
        }
    }

    private sealed class Remade() : Layer(nameof(Remade))
    {
        private Tensor _table = empty(0);

        public override Tensor forward(Tensor x)
        {
            if (_table.shape[0] != x.shape[1]) _table = Table(x.shape[1]);
            return x * _table;
        }
    }

    // As the heads of YOLOv5 do.
    private sealed class Grids() : Layer(nameof(Grids))
    {
        private readonly Tensor[] _grids = [zeros(1), zeros(1)];

        public override Tensor forward(Tensor x)
        {
            for (int i = 0; i < _grids.Length; i++)
            {
                if (_grids[i].dim() != 2 || _grids[i].shape[0] != x.shape[1]) _grids[i] = Table(x.shape[1]) + i;
                x = x * _grids[i];
            }
            return x;
        }
    }

    private sealed class Registered() : Layer(nameof(Registered))
    {
        public override Tensor forward(Tensor x)
        {
            if (get_buffer("table") is null) register_buffer("table", Table(500));
            return x + get_buffer("table")![..(int)x.shape[1]];
        }
    }

    private sealed class Grown(bool disposes) : Layer(nameof(Grown))
    {
        private Tensor? _table;

        public override Tensor forward(Tensor x)
        {
            if (_table is null || _table.shape[0] < x.shape[1])
            {
                if (disposes) _table?.Dispose();
                _table = Table(x.shape[1]);
            }
            return x + _table.narrow(0, 0, x.shape[1]);
        }
    }

    private sealed class Masked() : Layer(nameof(Masked))
    {
        private readonly Dictionary<long, Tensor> _masks = [];

        public override Tensor forward(Tensor x)
        {
            long length = x.shape[1];
            if (!_masks.TryGetValue(length, out var mask))
            {
                _masks[length] = mask = full([length, length], -1e9f).triu(1);
            }
            return (x.matmul(x.transpose(1, 2)) + mask).softmax(-1).matmul(x);
        }
    }

    private static class StaticTables
    {
        public static Dictionary<long, Tensor> Known { get; } = [];

        public static Layer NewLayer()
        {
            // The tables of another test are disposed.
            Known.Clear();
            return new Lambda(x => x + Of(x.shape[1]));
        }

        public static Tensor Of(long length)
        {
            if (!Known.ContainsKey(length)) Known.Add(length, Table(length).sin());
            return Known[length];
        }
    }

    private sealed class Concurrent() : Layer(nameof(Concurrent))
    {
        private readonly ConcurrentDictionary<long, Tensor> _tables = new();

        public override Tensor forward(Tensor x) => x + _tables.GetOrAdd(x.shape[1], length => Table(length));
    }

    private sealed class Rotary() : Layer(nameof(Rotary))
    {
        private (Tensor Cos, Tensor Sin)? _tables;
        private long _length = -1;

        public override Tensor forward(Tensor x)
        {
            if (_length != x.shape[1])
            {
                var angles = Table(x.shape[1]);
                (_tables, _length) = ((angles.cos(), angles.sin()), x.shape[1]);
            }
            var (cos, sin) = _tables!.Value;
            return x * cos + x.roll(1, -1) * sin;
        }
    }

    private sealed class Tables
    {
        private Tensor? _table;
        private int _length;

        public Tensor Of(int length)
        {
            if (length > _length) Build(length);
            return _table![..length];
        }

        private void Build(int length) => (_table, _length) = (Table(length), length);
    }

    private sealed class Helped(Tables tables) : Layer(nameof(Helped))
    {
        public override Tensor forward(Tensor x) => x + tables.Of((int)x.shape[1]);
    }

    private sealed class InArray() : Layer(nameof(InArray))
    {
        private readonly Tensor?[] _tables = new Tensor?[2];

        public override Tensor forward(Tensor x)
        {
            for (int index = 0; index < 2; index++)
            {
                if (_tables[index] is null || _tables[index]!.shape[0] != x.shape[1])
                {
                    _tables[index] = Table(x.shape[1]) * (index + 1);
                }
                x = x + _tables[index]!;
            }
            return x;
        }
    }

    private sealed class InLazy() : Layer(nameof(InLazy))
    {
        private readonly Lazy<Tensor> _table = new(() => Table(500));

        public override Tensor forward(Tensor x) => x + _table.Value[..(int)x.shape[1]];
    }

    private sealed class FusedOnce : Layer
    {
        private readonly Linear _inner = nn.Linear(Width, Width);
        private Tensor? _fused;

        public FusedOnce() : base(nameof(FusedOnce)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            _fused ??= (_inner.weight * 2).detach();
            return x.matmul(_fused) + _inner.bias!;
        }
    }

    private sealed class Prepared() : Layer(nameof(Prepared))
    {
        private Tensor? _scale;
        private bool _isReady;

        public override Tensor forward(Tensor x)
        {
            if (!_isReady) Prepare();
            return x * _scale!;
        }

        private void Prepare()
        {
            _scale = arange(1, Width + 1) / 3f;
            _isReady = true;
        }
    }

    private sealed class InRecord() : Layer(nameof(InRecord))
    {
        private Entry? _entry;

        public override Tensor forward(Tensor x)
        {
            if (_entry is not { } known || known.Length != x.shape[1]) _entry = new(Table(x.shape[1]), x.shape[1]);
            return x - _entry.Table;
        }

        private sealed record Entry(Tensor Table, long Length);
    }

    private sealed class Watched() : Layer(nameof(Watched))
    {
        public Tensor? Weights { get; private set; }

        private readonly List<long> _lengths = [];

        public override Tensor forward(Tensor x)
        {
            Weights = x.softmax(-1);
            _lengths.Add(x.shape[1]);
            return Weights * x;
        }
    }

    private sealed class InProperty() : Layer(nameof(InProperty))
    {
        private Dictionary<long, Tensor> Tables { get; } = [];

        private Tensor? Scale { get; set; }

        public override Tensor forward(Tensor x)
        {
            Scale ??= arange(Width) + 1;
            if (!Tables.ContainsKey(x.shape[1])) Tables[x.shape[1]] = Table(x.shape[1]);
            return x * Scale + Tables[x.shape[1]];
        }
    }

    private sealed class Recurrent(Tensor? initial) : Layer(nameof(Recurrent))
    {
        private Tensor? _hidden = initial;

        public override Tensor forward(Tensor x)
        {
            var state = x.mean([0, 1]);
            _hidden = _hidden is null ? state : (_hidden + state).tanh();
            return x + _hidden;
        }
    }

    private sealed class KeyCache() : Layer(nameof(KeyCache))
    {
        private Tensor? _keys;

        public override Tensor forward(Tensor x)
        {
            _keys = _keys is null ? x : cat([_keys, x], 1);
            return x.matmul(_keys.transpose(1, 2)).softmax(-1).matmul(_keys);
        }
    }

    private sealed class WrittenCache() : Layer(nameof(WrittenCache))
    {
        private readonly Tensor _keys = zeros(512, Width);

        public override Tensor forward(Tensor x)
        {
            _keys.narrow(0, 0, x.shape[1]).copy_(x[0]);
            return x * 2;
        }
    }

    private sealed class Counter() : Layer(nameof(Counter))
    {
        private int _calls;

        public override Tensor forward(Tensor x) => x * ++_calls;
    }

    private sealed class StaticCounter() : Layer(nameof(StaticCounter))
    {
        private static long _calls;

        public override Tensor forward(Tensor x) => Interlocked.Increment(ref _calls) < 0 ? -x : x.relu();
    }

    private sealed class FirstCall() : Layer(nameof(FirstCall))
    {
        private bool _called;

        public override Tensor forward(Tensor x)
        {
            if (_called) return x.relu();
            _called = true;
            return x * 2;
        }
    }

    private sealed class Largest() : Layer(nameof(Largest))
    {
        private Tensor? _largest;

        public override Tensor forward(Tensor x)
        {
            var largest = x.amax([0, 1]);
            _largest = _largest is null ? largest : _largest.maximum(largest) * 1;
            return x / _largest;
        }
    }

    private sealed class History() : Layer(nameof(History))
    {
        private readonly List<Tensor> _seen = [];

        public override Tensor forward(Tensor x)
        {
            _seen.Add(x.mean([0, 1]));
            return x - stack(_seen).sum([0]);
        }
    }

    private sealed class FirstLength() : Layer(nameof(FirstLength))
    {
        private Tensor? _table;

        public override Tensor forward(Tensor x) => x + (_table ??= Table(x.shape[1]));
    }
}
