using System.Diagnostics;
using System.Globalization;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Small modules in common styles of C#.</summary>
internal static class CodeStyles
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("base_forward", () => new Doubled(), 2, 4),
        CorpusModel.Of(
            "interface_and_virtual", () => new ByInterface(new Halving(), new Shifting(3), new Squaring()), 2, 4),
        CorpusModel.Of("default_method_by_generic", () => new ByGeneric(), 2, 4),
        CorpusModel.Of("generic_method", () => new Generic<Linear>(nn.Linear(4, 4)), 2, 4),
        CorpusModel.Of("struct_with_methods", () => new Lambda(x => new Affine(2, 1).Apply(x)), 2, 4),
        CorpusModel.Of("record", () => new Lambda(x => (new Box(x) with { Scale = 3 }).Value), 2, 4),
        CorpusModel.Of("ref_and_out", () => new Lambda(x => Split(ref x, out var rest) ? x + rest : x), 2, 4),
        CorpusModel.Of("recursion", () => new Lambda(x => Power(x, 3)), 2, 4),
        CorpusModel.Of("local_function", () => new Lambda(Local), 2, 4),
        CorpusModel.Of("switch_expression", () => new Lambda(x => x.shape switch
        {
            [_, 4] => x.relu(),
            [_, _, ..] => x.sigmoid(),
            _ => x,
        }), 2, 4),
        CorpusModel.Of("extension_method", () => new Lambda(x => x.Standardised()), 2, 4),
        CorpusModel.Of("query_expression", () => new Lambda(x => stack(
            (from part in x.unbind(1) where part.dim() == 1 select part * 2).ToList(), 1)), 2, 4),
        CorpusModel.Of("captured_loop_variables", () => new Captured(), 2, 4),
        CorpusModel.Of("multicast_and_actions", () => new Lambda(Actions), 2, 4),
        CorpusModel.Of("lazy", () => new Lambda(x => new Lazy<Tensor>(() => x * 2).Value + 1), 2, 4),
        CorpusModel.Of("dictionary_of_functions", () => new ByName("swish"), 2, 4),
        CorpusModel.Of("try_catch", () => new Lambda(Attempt), 2, 4),
        CorpusModel.Of("nullable_tensor", () => new Optional(null), 2, 4),
        CorpusModel.Of(
            "spans_and_stack",
            () => new Lambda(x => x.reshape(-1, 2, 2).sum(Last(stackalloc long[] { 0, 1, 2 }))), 2, 4),
        CorpusModel.Of(
            "interpolated_strings", () => new Lambda(x => $"{x.shape[1]} columns".Length > 3 ? x.exp() : x), 2, 4),
        CorpusModel.Of("printing", () => new Lambda(Printed), 2, 4),
        CorpusModel.Of("operators", () => new Lambda(x => -(1 - x) / 2 + 3 * x - x / (x * x + 1) % 2), 2, 4),
        CorpusModel.Of(
            "in_place_chain", () => new Lambda(x => x.clone().add_(1).mul_(2).sub_(x).div_(3).clamp_(-1, 1)), 2, 4),
        CorpusModel.Of("assignment_to_slices", () => new Lambda(Assign), 2, 4),
        CorpusModel.Of("forward_hooks", Hooked, 2, 4),
        CorpusModel.Of("sequence_of_modules_by_children", () => new ByChildren(), 2, 4),
        new("list_in_dictionary_out", () => new ListIn(), () => [randn(2, 4), randn(2, 4), randn(2, 4)]),
        CorpusModel.Of("iterator", () => new Lambda(x => stack(Growing(x, 3).ToArray(), 0).sum(0)), 2, 4),
        CorpusModel.Of("iterator_argument", () => new Lambda(x => stack(Growing(x, 3), 0).sum(0)), 2, 4),
        CorpusModel.Of("iterator_query", () => new Lambda(x => cat(
            Growing(x, 9).Where(y => y.dim() == 2).Take(2).Select(y => y.relu()).ToList(), 1)), 2, 4),
        CorpusModel.Of("iterator_loop", () => new Lambda(x =>
        {
            foreach (var y in Growing(x, 3)) x = x + y;
            return x;
        }), 2, 4),
        CorpusModel.Of("goto_and_while", () => new Lambda(Loop), 2, 4),
    ];

    private static IEnumerable<Tensor> Growing(Tensor x, int count)
    {
        for (int index = 0; index < count; index++)
        {
            x = x * 2;
            yield return x;
        }
    }

    private static bool Split(ref Tensor x, out Tensor rest)
    {
        (rest, x) = (x * 0.5, x.tanh());
        return true;
    }

    private static long Last(ReadOnlySpan<long> axes) => axes[^1];

    private static Tensor Power(Tensor x, int exponent) => exponent == 0 ? ones_like(x) : x * Power(x, exponent - 1);

    private static Tensor Local(Tensor x)
    {
        float scale = 1.5f;
        return Scaled(Scaled(x));

        Tensor Scaled(Tensor value) => value * scale;
    }

    private static Tensor Actions(Tensor x)
    {
        Action<Tensor> keep = _ => { };
        var seen = new List<Tensor>();
        keep += tensor => seen.Add(tensor * 2);
        keep += tensor => seen.Add(tensor + 1);
        keep(x);
        return seen[0] - seen[1];
    }

    private static Tensor Attempt(Tensor x)
    {
        try
        {
            var y = x.relu();
            if (y.shape.Length == 2) throw new InvalidOperationException();
            return y;
        }
        catch (InvalidOperationException) when (x.dim() > 1)
        {
            return x.neg().relu();
        }
        finally
        {
            GC.KeepAlive(x);
        }
    }

    private static Tensor Assign(Tensor x)
    {
        var result = zeros_like(x);
        result[TensorIndex.Colon, TensorIndex.Slice(0, 2)] = x[TensorIndex.Colon, TensorIndex.Slice(2, 4)];
        result[TensorIndex.Colon, 3] = x.sum(1);
        return result;
    }

    private static Tensor Printed(Tensor x)
    {
        Console.WriteLine(x[0, 0]);
        var text = new StringBuilder($"{x} {x.sum(),9}").Append(x.str()).Append(x).Append($"{x[0]}");
        Trace.WriteLine(x);
        Trace.WriteLine(string.Concat(text, x, x));
        using var writer = new StringWriter();
        writer.WriteLine(x);
        writer.Write(string.Format(CultureInfo.InvariantCulture, "{0} {1}", x.ToString(), x.mean()));
        object boxed = x;
        return writer.ToString() is not null && boxed.ToString() is not null ? x.exp() : x;
    }

    private static Tensor Loop(Tensor x)
    {
        int step = 0;
    again:
        x = x.sin();
        if (++step < 3) goto again;
        while (step-- > 0) x += step;
        return x;
    }

    private static Linear Hooked()
    {
        var linear = nn.Linear(4, 3);
        linear.register_forward_hook((_, _, output) => output * 2);
        linear.register_forward_pre_hook((_, input) => input + 1);
        return linear;
    }

    private class Scaled : Layer
    {
        protected Linear Inner { get; } = nn.Linear(4, 4);

        public Scaled(string name) : base(name) => register_module("inner", Inner);

        public override Tensor forward(Tensor x) => Inner.call(x) * Factor;

        protected virtual double Factor => 1;
    }

    private sealed class Doubled() : Scaled(nameof(Doubled))
    {
        protected override double Factor => 2;

        public override Tensor forward(Tensor x) => base.forward(x) + base.forward(x.neg());
    }

    private interface IStep
    {
        Tensor Take(Tensor x);

        Tensor Twice(Tensor x) => Take(Take(x));
    }

    private struct Squaring : IStep
    {
        public readonly Tensor Take(Tensor x) => x * x;
    }

    private sealed class ByGeneric() : Layer(nameof(ByGeneric))
    {
        public override Tensor forward(Tensor x) =>
            Apply(new Halving(), x) + Apply(new Squaring(), x) + Apply<IStep>(new Shifting(3), x);

        private static Tensor Apply<T>(T step, Tensor x) where T : IStep => step.Twice(x);
    }

    private sealed class Halving : IStep
    {
        public Tensor Take(Tensor x) => x / 2;
    }

    private sealed class Shifting(float by) : IStep
    {
        public Tensor Take(Tensor x) => x + by;
    }

    private sealed class ByInterface(params IStep[] steps) : Layer(nameof(ByInterface))
    {
        public override Tensor forward(Tensor x)
        {
            foreach (var step in steps) x = step.Twice(x);
            return x;
        }
    }

    private sealed class Generic<T> : Layer where T : Layer
    {
        private readonly T inner;

        public Generic(T inner) : base(nameof(Generic<T>))
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => Apply(Apply(x, inner.call), static value => value.softmax(1));

        private static TValue Apply<TValue>(TValue value, Func<TValue, TValue> function) where TValue : class =>
            function(value);
    }

    private readonly struct Affine(float scale, float shift)
    {
        public Tensor Apply(Tensor x) => Shift(x * scale);

        private Tensor Shift(Tensor x) => x + shift;
    }

    private sealed record Box(Tensor Content)
    {
        public float Scale { get; init; } = 1;

        public Tensor Value => Content * Scale;
    }

    private sealed class Captured : Layer
    {
        private readonly List<Func<Tensor, Tensor>> steps = [];

        public Captured() : base(nameof(Captured))
        {
            for (int index = 1; index <= 3; index++)
            {
                int factor = index;
                steps.Add(x => x * factor + steps.Count);
            }
        }

        public override Tensor forward(Tensor x) => steps.Aggregate(x, (value, step) => step(value));
    }

    private sealed class ByName(string key) : Layer(nameof(ByName))
    {
        private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
        {
            ["exp"] = torch.exp,
            ["swish"] = x => x * x.sigmoid(),
        };

        public override Tensor forward(Tensor x) => Functions.TryGetValue(key, out var function) ? function(x) : x;

    }

    private sealed class Optional(Linear? extra) : Layer(nameof(Optional))
    {
        private readonly Parameter? bias = null;

        public override Tensor forward(Tensor x)
        {
            Tensor? sum = bias;
            sum = sum is null ? x : x + sum;
            return (extra?.call(sum) ?? sum.abs()).sqrt();
        }
    }

    private sealed class ByChildren : Layer
    {
        private readonly Linear first = nn.Linear(4, 6), second = nn.Linear(6, 2);

        public ByChildren() : base(nameof(ByChildren)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            foreach (var (_, child) in named_children()) x = ((Layer)child).call(x).tanh();
            return x;
        }
    }

    private sealed class ListIn : nn.Module<Tensor, Tensor, Tensor, Dictionary<string, Tensor>>
    {
        public ListIn() : base(nameof(ListIn)) { }

        public override Dictionary<string, Tensor> forward(Tensor a, Tensor b, Tensor c)
        {
            var all = new List<Tensor> { a, b, c };
            return new()
            {
                ["sum"] = all.Aggregate((x, y) => x + y),
                ["largest"] = all.Aggregate((x, y) => x.maximum(y)),
            };
        }
    }

    private static Tensor Standardised(this Tensor x) =>
        (x - x.mean([1], keepdim: true)) / (x.std(1, keepdim: true) + 1e-5);
}
