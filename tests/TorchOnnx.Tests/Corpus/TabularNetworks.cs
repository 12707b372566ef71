using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Networks for tables, graphs, control and diffusion, and the habits of their authors.</summary>
internal static class TabularNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("kan_splines", () => new KanLinear(3, 4), 5, 3),
        CorpusModel.Of("tabnet_sparsemax", () => new Lambda(Sparsemax), 3, 6) with { Dynamic = [new("C", 0, 1)] },
        new("deep_fm", () => new DeepFm([3, 4, 2]), () => [randint(0, 2, [4, 3], int64)]),
        new("graph_attention", () => new GraphAttention(), () => [randn(5, 3), randint(0, 2, [5, 5], int64)])
        {
            Dynamic = [new("N", 1, 0), new("N", 1, 1)],
        },
        new("message_passing", () => new MessagePassing(),
            () => [randn(5, 3), tensor(new long[] { 0, 1, 0, 1, 1, 0, 0, 1 }).view(2, 4)])
        {
            Dynamic = [new("E", 1, 1)],
        },
        CorpusModel.Of("nerf_encoding", () => new Nerf(3), 4, 5, 3) with { Dynamic = [new("S", 0, 1)] },
        new("hyper_network", () => new HyperNetwork(), () => [randn(2, 7, 3), randn(2, 5)])
        {
            Dynamic = [new("P", 0, 1)],
        },
        CorpusModel.Of("siren", () => new Siren(), 2, 9, 2) with { Dynamic = [new("P", 0, 1)] },
        CorpusModel.Of("gaussian_policy", () => new GaussianPolicy(), 3, 5),
        CorpusModel.Of("soft_actor_records", () => new Actor(new(5, [8, 6], 2, Kind.Swish)), 3, 5),
        new("diffusion_unet_block", () => new DiffusionBlock(9),
            () => [randn(2, 4, 6, 5), tensor(new long[] { 3, 50 })])
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3)],
        },
        new("inputs_in_a_list", () => new Fusion(), () => [new List<Tensor> { randn(2, 3), randn(2, 4) }]),
        new("inputs_in_a_dictionary", () => new ByKey(),
            () => [new Dictionary<string, Tensor> { ["ids"] = randint(0, 9, [2, 5], int64), ["mask"] = ones(2, 5) }])
        {
            Dynamic = [new("T", 0, 1), new("T", 1, 1)],
        },
        CorpusModel.Of("modules_in_a_dictionary", () => new Heads(), 2, 6),
        CorpusModel.Of("modules_in_pairs", () => new Pairs(), 2, 6, 4) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("static_helpers", () => new WithStatics(), 2, 5, 4) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("generic_residual", () => new Stack<Feed>(2, () => new Feed(6)), 2, 5, 6) with
        {
            Dynamic = [new("T", 0, 1)],
        },
        CorpusModel.Of("stored_features", () => new Extractor(), 2, 3, 8, 6) with
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3)],
        },
        CorpusModel.Of("teacher_and_student", () => new Ensemble(), 2, 4),
        CorpusModel.Of("capsule_routing", () => new Capsules(), 2, 6, 4),
        CorpusModel.Of("slot_attention", () => new Slots(), 2, 7, 4) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("top_k_pooling", () => new TopKPool(), 2, 9, 4) with { Dynamic = [new("T", 0, 1) { Min = 6 }] },
        CorpusModel.Of("sinkhorn", () => new Lambda(Sinkhorn), 2, 4, 5) with
        {
            Dynamic = [new("R", 0, 1), new("C", 0, 2)],
        },
        CorpusModel.Of("soft_decision_tree", () => new SoftTree(3), 3, 5),
        CorpusModel.Of("neural_ode", () => new Ode(), 3, 4),
        CorpusModel.Of("coupling_flow", () => new Flow(), 3, 4),
        CorpusModel.Of("mixture_density", () => new MixtureDensity(), 3, 4),
        CorpusModel.Of("echo_state", () => new Lambda(x => Echo(x)), 2, 5, 3),
    ];

    private sealed class KanLinear : Layer
    {
        private readonly Parameter base_weight, spline_weight;
        private readonly int order = 3;

        public KanLinear(int inputs, int outputs) : base(nameof(KanLinear))
        {
            var grid = (arange(-3, 5 + 3 + 1) * 0.4 - 1).expand(inputs, -1).contiguous();
            register_buffer("grid", grid);
            (base_weight, spline_weight) = (Parameter(randn(outputs, inputs)), Parameter(randn(outputs, inputs, 8)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var spline = functional.linear(Bases(x).view(x.size(0), -1), spline_weight.view(spline_weight.size(0), -1));
            return functional.linear(functional.silu(x), base_weight) + spline;
        }

        private Tensor Bases(Tensor x)
        {
            var grid = get_buffer("grid")!;
            x = x.unsqueeze(-1);
            var bases = ((x >= grid[.., ..^1]) & (x < grid[.., 1..])).to(x.dtype);
            for (int k = 1; k <= order; k++)
            {
                var left = (x - grid[.., ..^(k + 1)]) / (grid[.., k..^1] - grid[.., ..^(k + 1)]);
                var right = (grid[.., (k + 1)..] - x) / (grid[.., (k + 1)..] - grid[.., 1..^k]);
                bases = left * bases[.., .., ..^1] + right * bases[.., .., 1..];
            }
            return bases.contiguous();
        }
    }

    private static Tensor Sparsemax(Tensor input)
    {
        input = input - input.max(1, keepdim: true).values;
        var (sorted, _) = input.sort(1, descending: true);
        var sum = sorted.cumsum(1) - 1;
        var rho = arange(1, input.shape[1] + 1, float32).unsqueeze(0);
        var support = (rho * sorted) > sum;
        var size = support.sum(1).unsqueeze(1);
        var tau = sum.gather(1, size - 1) / size.to(input.dtype);
        return clamp(input - tau, min: 0);
    }

    private sealed class DeepFm : Layer
    {
        private readonly Embedding embedding, linear;
        private readonly Tensor offsets;
        private readonly Sequential mlp = Sequential();

        public DeepFm(long[] fields) : base(nameof(DeepFm))
        {
            (embedding, linear) = (Embedding(fields.Sum(), 4), Embedding(fields.Sum(), 1));
            long[] ends = [.. fields.Aggregate(new List<long> { 0 }, (sums, size) => [.. sums, sums[^1] + size])];
            offsets = tensor(ends).narrow(0, 0, fields.Length);
            mlp.append(Linear(4 * fields.Length, 6)).append(BatchNorm1d(6)).append(ReLU()).append(Linear(6, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + offsets.unsqueeze(0);
            var e = embedding.forward(x);
            var pairs = (e.sum(1).pow(2) - e.pow(2).sum(1)).sum(1, keepdim: true) * 0.5;
            return sigmoid(linear.forward(x).sum(1) + pairs + mlp.forward(e.flatten(1))).squeeze(1);
        }
    }

    private sealed class GraphAttention : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Parameter w = Parameter(randn(3, 4)), a = Parameter(randn(8, 1));

        public GraphAttention() : base(nameof(GraphAttention)) => RegisterComponents();

        public override Tensor forward(Tensor nodes, Tensor adjacency)
        {
            var wh = mm(nodes, w);
            var e = functional.leaky_relu(wh.matmul(a[..4]) + wh.matmul(a[4..]).T, 0.2);
            var attention = where(adjacency > 0, e, -9e15 * ones_like(e)).softmax(1);
            return functional.elu(matmul(attention, wh), 1);
        }
    }

    private sealed class MessagePassing : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear message = Linear(6, 4), update = Linear(7, 3);

        public MessagePassing() : base(nameof(MessagePassing)) => RegisterComponents();

        public override Tensor forward(Tensor nodes, Tensor edges)
        {
            var (source, target) = (edges[0], edges[1]);
            var m = message.forward(cat([nodes[source], nodes.index_select(0, target)], 1)).relu();
            var sum = zeros(nodes.shape[0], 4).index_add_(0, target, m, 1);
            var count = zeros(nodes.shape[0], 1).scatter_add_(0, target.unsqueeze(1), ones(target.shape[0], 1));
            return update.forward(cat([nodes, sum / count.clamp_min(1)], 1));
        }
    }

    private sealed class Nerf : Layer
    {
        private readonly List<Func<Tensor, Tensor>> functions = [x => x];
        private readonly Linear density, color;

        public Nerf(int frequencies) : base(nameof(Nerf))
        {
            foreach (double frequency in Enumerable.Range(0, frequencies).Select(i => Math.Pow(2.0, i)))
            {
                foreach (var f in new Func<Tensor, Tensor>[] { sin, cos }) functions.Add(x => f(x * frequency));
            }
            (density, color) = (Linear(3 * functions.Count, 1), Linear(3 * functions.Count, 3));
            RegisterComponents();
        }

        public override Tensor forward(Tensor points)
        {
            var flat = points.reshape(-1, 3);
            var encoded = cat(functions.Select(f => f(flat)).ToList(), -1);
            var raw = cat([sigmoid(color.forward(encoded)), density.forward(encoded)], -1)
                .reshape([.. points.shape[..^1], 4]);
            var alpha = 1 - exp(-functional.relu(raw[.., .., 3]) * 0.1);
            var clear = cumprod(cat([ones(alpha.shape[0], 1), 1 - alpha + 1e-10], -1), -1)[.., ..^1];
            return ((alpha * clear).unsqueeze(-1) * raw[.., .., ..3]).sum(-2);
        }
    }

    private sealed class HyperNetwork : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly (int In, int Out)[] layers = [(3, 6), (6, 2)];
        private readonly Linear weights;

        public HyperNetwork() : base(nameof(HyperNetwork))
        {
            weights = Linear(5, layers.Sum(layer => layer.In * layer.Out + layer.Out));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor code)
        {
            var all = weights.forward(code);
            int at = 0;
            foreach (var (inputs, outputs) in layers)
            {
                var w = all[.., at..(at + inputs * outputs)].view(-1, inputs, outputs);
                at += inputs * outputs;
                x = (bmm(x, w) + all.narrow(1, at, outputs).unsqueeze(1)).sin();
                at += outputs;
            }
            return x;
        }
    }

    // Sines of large numbers amplify rounding.
    private sealed class Siren : Layer
    {
        private readonly List<Linear> layers = [Linear(2, 16), Linear(16, 16), Linear(16, 3)];

        public Siren() : base(nameof(Siren)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            for (int i = 0; i < layers.Count - 1; i++) x = torch.sin(30 * layers[i].forward(x));
            return layers[^1].forward(x);
        }
    }

    private sealed class GaussianPolicy : nn.Module<Tensor, (Tensor mean, Tensor std, Tensor? value)>
    {
        private readonly Sequential body = Sequential(Linear(5, 6), Tanh());
        private readonly Linear mean = Linear(6, 2);
        private readonly Parameter log_std = Parameter(zeros(2) - 0.5);

        public GaussianPolicy() : base(nameof(GaussianPolicy)) => RegisterComponents();

        public override (Tensor mean, Tensor std, Tensor? value) forward(Tensor x)
        {
            if (x.dim() == 1) x = x.unsqueeze(0);
            var m = mean.forward(body.forward(x));
            return (m.tanh(), log_std.clamp(-20, 2).exp().expand_as(m), null);
        }
    }

    private enum Kind { Relu, Swish }

    private sealed record Settings(int Inputs, int[] Hidden, int Outputs, Kind Activation)
    {
        public bool Normalize { get; init; } = true;
    }

    private readonly record struct Action(Tensor Mean, Tensor Scale);

    private sealed class Actor : nn.Module<Tensor, Action>
    {
        private readonly Settings settings;
        private readonly List<Linear> linears = [];
        private readonly LayerNorm[] norms;

        public Actor(Settings settings) : base(nameof(Actor))
        {
            this.settings = settings;
            int[] sizes = [settings.Inputs, .. settings.Hidden, 2 * settings.Outputs];
            for (int i = 0; i + 1 < sizes.Length; i++) linears.Add(Linear(sizes[i], sizes[i + 1]));
            norms = [.. settings.Hidden.Select(size => LayerNorm(size))];
            RegisterComponents();
        }

        public override Action forward(Tensor x)
        {
            foreach (var (i, linear) in linears.Index())
            {
                x = linear.forward(x);
                if (i == linears.Count - 1) break;
                if (settings is { Normalize: true }) x = norms[i].forward(x);
                x = settings.Activation switch
                {
                    Kind.Relu => x.relu(),
                    Kind.Swish => x * x.sigmoid(),
                    _ => throw new InvalidOperationException($"{settings.Activation}"),
                };
            }
            return new(x[.., ..settings.Outputs].tanh(), functional.softplus(x[.., settings.Outputs..]) + 1e-3);
        }
    }

    private sealed class DiffusionBlock : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly int half;
        private readonly bool odd;
        private readonly Sequential time;
        private readonly GroupNorm norm1 = GroupNorm(2, 4), norm2 = GroupNorm(2, 6);
        private readonly Conv2d conv1 = Conv2d(4, 6, 3, padding: 1), conv2 = Conv2d(6, 6, 3, padding: 1),
            skip = Conv2d(4, 6, 1);

        public DiffusionBlock(int channels) : base(nameof(DiffusionBlock))
        {
            (half, odd) = (channels / 2, channels % 2 == 1);
            time = Sequential(Linear(channels, 12), SiLU(), Linear(12, 12));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor timesteps)
        {
            var frequencies = exp(-Math.Log(10000) * arange(0, half, float32) / half);
            var angles = timesteps[.., TensorIndex.None].to(float32) * frequencies[TensorIndex.None];
            var embedding = cat([cos(angles), sin(angles)], dim: -1);
            if (odd) embedding = cat([embedding, zeros_like(embedding[.., ..1])], dim: -1);
            var parts = time.forward(embedding).unsqueeze(-1).unsqueeze(-1).chunk(2, dim: 1);
            var h = conv1.forward(functional.silu(norm1.forward(x)));
            h = norm2.forward(h) * (1 + parts[0]) + parts[1];
            return skip.forward(x) + conv2.forward(functional.silu(h));
        }
    }

    private sealed class Fusion : nn.Module<List<Tensor>, Tensor>
    {
        private readonly ModuleList<Linear> encoders = ModuleList(Linear(3, 5), Linear(4, 5));

        public Fusion() : base(nameof(Fusion)) => RegisterComponents();

        public override Tensor forward(List<Tensor> inputs) =>
            inputs.Select((x, i) => encoders[i].forward(x)).Aggregate((a, b) => a * b);
    }

    private sealed class ByKey : nn.Module<Dictionary<string, Tensor>, Dictionary<string, Tensor>>
    {
        private readonly Embedding words = Embedding(9, 4);

        public ByKey() : base(nameof(ByKey)) => RegisterComponents();

        public override Dictionary<string, Tensor> forward(Dictionary<string, Tensor> batch)
        {
            var x = words.forward(batch["ids"]);
            if (batch.TryGetValue("mask", out var mask)) x = x * mask.unsqueeze(-1);
            return new(batch.Where(entry => entry.Key != "ids")) { ["hidden"] = x, ["pooled"] = x.mean([1]) };
        }
    }

    private sealed class Heads : nn.Module<Tensor, Dictionary<string, Tensor>>
    {
        private readonly SortedDictionary<string, Layer> heads = new()
        {
            ["depth"] = Sequential(Linear(6, 4), ReLU(), Linear(4, 1)),
            ["class"] = Linear(6, 3),
        };

        private readonly HashSet<string> softmax = ["class"];

        public Heads() : base(nameof(Heads)) => RegisterComponents();

        public override Dictionary<string, Tensor> forward(Tensor x) => heads.ToDictionary(
            head => head.Key,
            head => head.Value.forward(x) is var y && softmax.Contains(head.Key) ? y.softmax(-1) : y);
    }

    private sealed class Pairs : Layer
    {
        private readonly List<(LayerNorm Norm, Layer Body)> blocks = [];

        public Pairs() : base(nameof(Pairs))
        {
            for (int i = 0; i < 2; i++)
            {
                blocks.Add((LayerNorm(4), Sequential(Linear(4, 8), GELU(), Linear(8, 4))));
                blocks.Add((LayerNorm(4), Linear(4, 4)));
            }
        }

        public override Tensor forward(Tensor x)
        {
            foreach (var (norm, body) in blocks) x = x + body.forward(norm.forward(x));
            return x;
        }
    }

    private static class Ops
    {
        public static readonly Linear Shared = Linear(4, 4);
        private static Tensor? table;

        public static Tensor Positions(long length, int size)
        {
            if (table is null || table.shape[0] < length)
            {
                table = arange(length, float32).unsqueeze(1) / pow(100, arange(size, float32) / size);
            }
            return table.slice(0, 0, length, 1);
        }

        public static Tensor Gelu(Tensor x) =>
            0.5 * x * (1.0 + tanh(Math.Sqrt(2.0 / Math.PI) * (x + 0.044715 * x.pow(3.0))));
    }

    private sealed class WithStatics() : Layer(nameof(WithStatics))
    {
        public override Tensor forward(Tensor x) =>
            Ops.Gelu(Ops.Shared.forward(x + Ops.Positions(x.shape[1], (int)x.shape[2])));
    }

    private sealed class Feed : Layer
    {
        private readonly Linear up, down;

        public Feed(long size) : base(nameof(Feed))
        {
            (up, down) = (Linear(size, 2 * size), Linear(2 * size, size));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => down.forward(up.forward(x).relu());
    }

    private sealed class Residual<T>(T inner, LayerNorm norm) : Layer(nameof(Residual<T>)) where T : Layer
    {
        public override Tensor forward(Tensor x) => x + inner.call(norm.call(x));
    }

    private sealed class Stack<T> : Layer where T : Layer
    {
        private readonly Layer[] layers;

        public Stack(int count, Func<T> make) : base(nameof(Stack<T>))
        {
            layers = new Layer[count];
            for (int i = 0; i < count; i++) layers[i] = new Residual<T>(make(), LayerNorm(6));
        }

        public override Tensor forward(Tensor x)
        {
            for (int i = 0; i < layers.Length; i++) x = layers[i].call(x);
            return x;
        }
    }

    // A hook stores the features of a layer, and forward reads them in the same pass.
    private sealed class Extractor : nn.Module<Tensor, (Tensor, Tensor)>
    {
        private readonly Conv2d layer1 = Conv2d(3, 4, 3, 2, 1), layer2 = Conv2d(4, 5, 3, 2, 1);
        private readonly Dictionary<string, Tensor> features = [];

        public Extractor() : base(nameof(Extractor))
        {
            layer1.register_forward_hook((_, _, output) =>
            {
                features["low"] = output;
                return output;
            });
            RegisterComponents();
        }

        public override (Tensor, Tensor) forward(Tensor x)
        {
            var high = layer2.call(layer1.call(x).relu());
            return (features["low"].mean([2, 3]), functional.adaptive_avg_pool2d(high, 1).flatten(1));
        }
    }

    private sealed class Ensemble : Layer
    {
        private readonly Linear[] members = [Linear(4, 3), Linear(4, 3), Linear(4, 3)];
        private readonly Linear tied;

        public Ensemble() : base(nameof(Ensemble))
        {
            tied = members[0];
            foreach (var (i, member) in members.Index()) register_module($"member_{i}", member);
        }

        public override Tensor forward(Tensor x)
        {
            var votes = members.AsEnumerable().Reverse().Select(m => m.forward(x).softmax(1)).ToArray();
            var (mean, spread) = (stack(votes).mean([0]), stack(votes).std(0));
            return mean / (1 + spread) + 0.1 * tied.forward(-x);
        }
    }

    private sealed class Capsules : Layer
    {
        private readonly Parameter w = Parameter(randn([1, 6, 3, 5, 4]) * 0.3);

        public Capsules() : base(nameof(Capsules)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var hat = w.matmul(x[.., .., TensorIndex.None, .., TensorIndex.None]).squeeze(-1);
            var b = zeros(x.size(0), 6, 3);
            Tensor v = hat.sum(1);
            for (int i = 0; i < 3; i++)
            {
                v = Squash((b.softmax(2).unsqueeze(-1) * hat).sum(dim: 1));
                if (i < 2) b = b + (hat * v.unsqueeze(1)).sum(-1);
            }
            return v;
        }

        private static Tensor Squash(Tensor x)
        {
            var squared = x.pow(2).sum(-1, keepdim: true);
            return squared / (1 + squared) * x / (squared.sqrt() + 1e-8);
        }
    }

    private sealed class Slots : Layer
    {
        private readonly Parameter mu = Parameter(randn(1, 3, 4));
        private readonly GRUCell gru = GRUCell(4, 4);
        private readonly LayerNorm norm = LayerNorm(4);
        private readonly Linear q = Linear(4, 4), k = Linear(4, 4), v = Linear(4, 4);

        public Slots() : base(nameof(Slots)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = norm.forward(x);
            var (b, slots) = (x.shape[0], mu.expand(x.shape[0], -1, -1));
            for (int i = 0; i < 2; i++)
            {
                var previous = slots;
                var dots = einsum("bid,bjd->bij", q.forward(norm.forward(slots)), k.forward(x)) * 0.5;
                var weights = dots.softmax(dim: 1) + 1e-8;
                weights = weights / weights.sum(dim: -1, keepdim: true);
                var updates = einsum("bjd,bij->bid", v.forward(x), weights);
                slots = gru.forward(updates.reshape(-1, 4), previous.reshape(-1, 4)).reshape(b, -1, 4);
            }
            return slots;
        }
    }

    private sealed class TopKPool : Layer
    {
        private readonly Linear score = Linear(4, 1);

        public TopKPool() : base(nameof(TopKPool)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            int keep = (int)Math.Ceiling(x.shape[1] * 0.5);
            var (values, index) = score.forward(x).squeeze(-1).topk(keep, 1);
            var kept = x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[2]));
            return kept * values.unsqueeze(-1).tanh();
        }
    }

    private static Tensor Sinkhorn(Tensor scores)
    {
        var (m, n) = (scores.shape[1], scores.shape[2]);
        double norm = -Math.Log(m + n);
        var (mu, nu) = (full([m], norm), full([n], norm));
        Tensor u = zeros(scores.shape[0], m), v = zeros(scores.shape[0], n);
        for (int i = 0; i < 4; i++)
        {
            u = mu - logsumexp(scores + v.unsqueeze(1), dim: 2);
            v = nu - logsumexp(scores + u.unsqueeze(2), dim: 1);
        }
        return scores + u.unsqueeze(2) + v.unsqueeze(1) - norm;
    }

    private sealed class SoftTree : Layer
    {
        private readonly int depth;
        private readonly Linear gates;
        private readonly Parameter leaves;

        public SoftTree(int depth) : base(nameof(SoftTree))
        {
            this.depth = depth;
            (gates, leaves) = (Linear(5, (1 << depth) - 1), Parameter(randn(1 << depth, 2)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var p = gates.forward(x).sigmoid();
            var paths = ones(x.size(0), 1);
            for (int level = 0, at = 0; level < depth; at += 1 << level++)
            {
                var gate = p[.., at..(at + (1 << level))];
                paths = stack([paths * gate, paths * (1 - gate)], 2).view(x.size(0), -1);
            }
            return paths.mm(leaves);
        }
    }

    private sealed class Ode : Layer
    {
        private readonly Sequential f = Sequential(Linear(5, 8), Softplus(), Linear(8, 4));

        public Ode() : base(nameof(Ode)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            Tensor Slope(double t, Tensor y) => f.forward(cat([y, full_like(y[.., ..1], t)], 1));
            const double h = 0.25;
            for (double t = 0; t < 1; t += h)
            {
                Tensor k1 = Slope(t, x), k2 = Slope(t + h / 2, x + k1 * (h / 2)),
                    k3 = Slope(t + h / 2, x + k2 * (h / 2)), k4 = Slope(t + h, x + k3 * h);
                x = x + (k1 + 2 * k2 + 2 * k3 + k4) * (h / 6);
            }
            return x;
        }
    }

    private sealed class Flow : nn.Module<Tensor, Tuple<Tensor, Tensor>>
    {
        private readonly List<Layer> nets = [.. Enumerable.Range(0, 3).Select(_ =>
            (Layer)Sequential(Linear(2, 6), LeakyReLU(0.2), Linear(6, 4)))];

        public Flow() : base(nameof(Flow)) => RegisterComponents();

        public override Tuple<Tensor, Tensor> forward(Tensor x)
        {
            var logDet = x.new_zeros(x.shape[0]);
            foreach (var net in nets)
            {
                var halves = x.tensor_split(2, 1);
                var parts = net.forward(halves[0]).hsplit(2);
                var s = parts[0].tanh();
                x = hstack([(halves[1] * exp(s)) + parts[1], halves[0]]);
                logDet = logDet + s.sum(1);
            }
            return Tuple.Create(x, logDet);
        }
    }

    private sealed class MixtureDensity : nn.Module<Tensor, (Tensor[] Parameters, Tensor LogLikelihood)>
    {
        private readonly Linear pi = Linear(4, 3), mu = Linear(4, 6), sigma = Linear(4, 6);

        public MixtureDensity() : base(nameof(MixtureDensity)) => RegisterComponents();

        public override (Tensor[] Parameters, Tensor LogLikelihood) forward(Tensor x)
        {
            var weights = pi.forward(x).log_softmax(1);
            var (m, s) = (mu.forward(x).view(-1, 3, 2), exp(sigma.forward(x)).view(-1, 3, 2).clamp(0.1, 10));
            var target = x[.., TensorIndex.None, ..2];
            var density = -0.5 * ((target - m) / s).square() - s.log() - 0.5 * Math.Log(2 * Math.PI);
            return ([weights.exp(), m, s], logsumexp(weights + density.sum(2), 1));
        }
    }

    private static Tensor Echo(Tensor x, double leak = 0.3)
    {
        var state = zeros(x.shape[0], x.shape[2]);
        return x.unbind(1).Select(step => state = (1 - leak) * state + leak * tanh(step + state.roll(1, 1)))
            .Aggregate((a, b) => a + b);
    }
}
