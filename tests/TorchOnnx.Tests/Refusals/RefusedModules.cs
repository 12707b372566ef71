using System.Diagnostics;
using System.Linq.Expressions;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tests.Refusals;

/// <summary>
/// Contains modules that the exporter refuses. A comment at the end of a line marks it for the expected message.
/// </summary>
public static class RefusedModules
{
    private static readonly Func<Tensor, Tensor> Compiled = Compile();

    /// <summary>Gets modules with one input by name.</summary>
    public static IReadOnlyDictionary<string, Func<nn.Module>> All { get; } = new Dictionary<string, Func<nn.Module>>
    {
        ["if on item"] = () => new Lambda(x =>
        {
            if (x.sum().item<float>() > 0) return x; // here: if on item
            return -x;
        }),
        ["conversion to float"] = () => new Lambda(x =>
        {
            float largest = (float)x.max(); // here: conversion to float
            return x / largest;
        }),
        ["conversion to bool"] = () => new Lambda(x =>
            (bool)(x.sum() > 0) ? x : -x), // here: conversion to bool
        ["ToSingle"] = () => new Lambda(x => x * x.mean().ToSingle()), // here: ToSingle
        ["elements"] = () => new Lambda(x => x * x.data<float>().ToArray().Max()), // here: elements
        ["bytes"] = () => new Lambda(x => x + x.bytes.Length), // here: bytes
        ["while on a tensor"] = () => new Lambda(x =>
        {
            while (x.abs().max().ToDouble() > 1) x = x / 2; // here: while on a tensor
            return x;
        }),
        ["loop bound from a tensor"] = () => new Lambda(x =>
        {
            long count = x.abs().sum().to(ScalarType.Int64).item<long>(); // here: loop bound from a tensor
            for (long step = 0; step < Math.Min(count, 3); step++) x = x + 1;
            return x;
        }),
        ["allclose"] = () => new Lambda(x => x.allclose(-x) ? x : -x), // here: allclose
        ["view of either of two tensors"] = () => new Lambda(x =>
        {
            var y = x.mm(x.t());
            var both = broadcast_tensors(y, y.t());
            y.mul_(2);
            return both[1] + y; // here: view of either of two tensors
        }),
        ["write to a parameter"] = () => new Counting(),
        ["write to a buffer"] = () => new Remembering(),
        ["write to a view of a buffer"] = () => new Remembering(view: true),
        ["write to a field"] = () => new Caching(),
        ["constructor"] = () => new Lambda(x => new Holder(x).Value), // here: constructor
        ["another thread"] = () => new Lambda(x =>
        {
            var doubled = x;
            var thread = new Thread(() => doubled = x * 2);
            thread.Start();
            thread.Join();
            return doubled + 1; // here: another thread
        }),
        ["result of another thread"] = () => new Lambda(x =>
        {
            var doubled = x;
            var thread = new Thread(() => doubled = x * 2);
            thread.Start();
            thread.Join();
            return doubled;
        }),
        ["compiled expression"] = () => new Lambda(x => Compiled(x) + 1), // here: compiled expression
        ["dropout while training"] = () => new Lambda(x =>
            nn.functional.dropout(x, 0.5, training: true)), // here: dropout while training
        ["switched to training"] = () => new Switching(),
        ["disposed tensor"] = () => new Lambda(x =>
        {
            var y = x * 2;
            y.Dispose();
            return y + 1; // here: disposed tensor
        }),
        ["problem in a loop"] = () => new Lambda(x =>
        {
            var sum = x.sum(1);
            foreach (var column in x.unbind(1)) sum = sum + column.unsqueeze(0).squeeze(); // here: problem in a loop
            return sum;
        }),
        ["failure in a dispose scope"] = () => new Lambda(x =>
        {
            using var scope = NewDisposeScope();
            foreach (var y in new List<Tensor> { x, x * 2 }.Where(y => y.dim() == 2))
                x = y.mm(ones(5, 5)); // here: failure in a dispose scope
            return x.MoveToOuterDisposeScope();
        }),
        ["failure after a caught one"] = () => new Lambda(x =>
        {
            try
            {
                x = x.mm(ones(5, 5));
            }
            catch (Exception)
            {
                x = x.exp();
            }
            return x.reshape(7); // here: failure after a caught one
        }),
        ["random numbers"] = () => new Lambda(x => x + rand_like(x)), // here: random numbers
        ["random constant"] = () => new Lambda(x => x + rand(3)), // here: random constant
        ["date"] = () => new Lambda(x => x * DateTime.Now.Year), // here: date
        ["ticks"] = () => new Lambda(x => x * (Environment.TickCount64 % 1)), // here: ticks
        ["stopwatch"] = () => new Lambda(x =>
        {
            var watch = Stopwatch.StartNew();
            x = x.relu();
            return x + (watch.ElapsedMilliseconds > 60_000 ? 1 : 0); // here: stopwatch
        }),
        ["time provider"] = () => new Lambda(x => x + TimeProvider.System.GetUtcNow().Year), // here: time provider
        ["random number"] = () => new Lambda(x => x * Random.Shared.Next(1)), // here: random number
        ["guid"] = () => new Lambda(x => x + (Guid.NewGuid() == Guid.Empty ? 1 : 0)), // here: guid
        ["environment"] = () => new Lambda(x =>
            Environment.GetEnvironmentVariable("TORCHONNX_UNSET") is null ? x.relu() : x), // here: environment
        ["masked_select"] = () => new Lambda(x => x.masked_select(x > 0)), // here: masked_select
        ["nonzero"] = () => new Lambda(x => x.nonzero()), // here: nonzero
        ["no operator"] = () => new Lambda(x => x.erfinv()), // here: no operator
        ["if on the batch"] = () => new Lambda(x =>
            x.shape[0] == 2 ? x.relu() : x.sigmoid()), // here: if on the batch
        ["loop over the batch"] = () => new Lambda(x =>
        {
            var sum = zeros(3);
            for (long row = 0; row < x.shape[0]; row++) sum = sum + x[row]; // here: loop over the batch
            return sum;
        }),
        ["sine of the batch"] = () => new Lambda(x => x / Math.Sin(x.shape[0])), // here: sine of the batch
        ["wrong shape"] = () => new Lambda(x => x.mm(ones(5, 5))), // here: wrong shape
        ["exception of its own"] = () => new Lambda(x =>
            x.shape[1] == 3
                ? throw new InvalidOperationException("three is too few.")
                : x), // here: exception of its own
        ["no tensor"] = () => new Measuring(),
    };

    private static Func<Tensor, Tensor> Compile()
    {
        var x = Expression.Parameter(typeof(Tensor));
        return Expression.Lambda<Func<Tensor, Tensor>>(Expression.Call(x, nameof(Tensor.relu), null), x).Compile();
    }

    private sealed class Holder(Tensor x)
    {
        public Tensor Value { get; } = x * 2;
    }

    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _calls = nn.Parameter(zeros(1));

        public Counting() : base(nameof(Counting)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            _calls.add_(1); // here: write to a parameter
            return input + _calls;
        }
    }

    private sealed class Remembering : nn.Module<Tensor, Tensor>
    {
        private readonly bool _view;

        public Remembering(bool view = false) : base(nameof(Remembering))
        {
            _view = view;
            register_buffer("last", zeros(2, 3));
        }

        public override Tensor forward(Tensor input)
        {
            var last = get_buffer("last")!;
            if (_view) last[.., 1..].fill_(1); // here: write to a view of a buffer
            else last.copy_(input); // here: write to a buffer
            return input * 2;
        }
    }

    private sealed class Caching() : nn.Module<Tensor, Tensor>(nameof(Caching))
    {
        private readonly Tensor _seen = zeros(3);

        public override Tensor forward(Tensor input)
        {
            _seen.add_(1); // here: write to a field
            return input + _seen;
        }
    }

    private sealed class Switching : nn.Module<Tensor, Tensor>
    {
        private readonly Dropout _drop = nn.Dropout();

        public Switching() : base(nameof(Switching)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            train();
            return _drop.forward(input); // here: switched to training
        }
    }

    private sealed class Measuring() : nn.Module<Tensor, long>(nameof(Measuring))
    {
        public override long forward(Tensor input) => input.shape[0];
    }
}
