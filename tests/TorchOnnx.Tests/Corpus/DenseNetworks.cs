using TorchSharp.Modules;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Networks for vectors and sets.</summary>
internal static class DenseNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("dueling_dqn", () => new DuelingDqn(), 2, 6),
        CorpusModel.Of("deep_sets", () => new DeepSets(), 2, 5, 3) with { Dynamic = [new("points", 0, 1)] },
        CorpusModel.Of("mixture_of_experts", () => new MixtureOfExperts(), 2, 4),
        new("graph_convolution", () => new GraphConvolution(), () => [randn(2, 5, 3), rand(2, 5, 5)]),
        CorpusModel.Of("positional_encoding", () => new Lambda(Encode), 2, 3),
        CorpusModel.Of("highway", () => new Highway(), 2, 4),
        CorpusModel.Of("cosine_classifier", () => new CosineClassifier(), 2, 4),
        CorpusModel.Of("capsule_squash", () => new Lambda(Squash), 2, 3, 4),
    ];

    private static Tensor Encode(Tensor x) => cat(
        Enumerable.Range(0, 4).SelectMany(
            octave => new[] { (x * Math.Pow(2, octave)).sin(), (x * Math.Pow(2, octave)).cos() }).ToArray(), -1);

    private static Tensor Squash(Tensor x)
    {
        var square = x.pow(2).sum(-1, keepdim: true);
        return square / (1 + square) * x / (square + 1e-8).sqrt();
    }

    private sealed class DuelingDqn : nn.Module<Tensor, (Tensor Q, Tensor Value)>
    {
        private readonly Linear body = nn.Linear(6, 8), value = nn.Linear(8, 1), advantage = nn.Linear(8, 4);

        public DuelingDqn() : base(nameof(DuelingDqn)) => RegisterComponents();

        public override (Tensor Q, Tensor Value) forward(Tensor x)
        {
            var h = body.call(x).relu();
            var (v, a) = (value.call(h), advantage.call(h));
            return (v + a - a.mean([1], keepdim: true), v);
        }
    }

    private sealed class DeepSets : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential each = nn.Sequential(nn.Linear(3, 8), nn.ReLU()),
            all = nn.Sequential(nn.Linear(8, 2));

        public DeepSets() : base(nameof(DeepSets)) => RegisterComponents();

        public override Tensor forward(Tensor x) => all.call(each.call(x).sum(1));
    }

    private sealed class MixtureOfExperts : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleDict<Linear> experts = nn.ModuleDict(("a", nn.Linear(4, 3)), ("b", nn.Linear(4, 3)));
        private readonly Linear gate = nn.Linear(4, 2);

        public MixtureOfExperts() : base(nameof(MixtureOfExperts)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var gates = gate.call(x).softmax(1).unsqueeze(-1);
            var results = stack(new[] { "a", "b" }.Select(name => experts[name].call(x)).ToArray(), 1);
            return (gates * results).sum(1);
        }
    }

    private sealed class GraphConvolution : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear weight = nn.Linear(3, 4, hasBias: false);

        public GraphConvolution() : base(nameof(GraphConvolution)) => RegisterComponents();

        public override Tensor forward(Tensor nodes, Tensor adjacency) =>
            (adjacency / adjacency.abs().sum(-1, keepdim: true)).bmm(weight.call(nodes)).relu();
    }

    private sealed class Highway : nn.Module<Tensor, Tensor>
    {
        private readonly Linear transform = nn.Linear(4, 4), carry = nn.Linear(4, 4);

        public Highway() : base(nameof(Highway)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var t = carry.call(x).sigmoid();
            return t * transform.call(x).relu() + (1 - t) * x;
        }
    }

    private sealed class CosineClassifier : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter prototypes = nn.Parameter(randn(3, 4));

        public CosineClassifier() : base(nameof(CosineClassifier)) => RegisterComponents();

        public override Tensor forward(Tensor x) =>
            nn.functional.normalize(x, dim: 1).matmul(nn.functional.normalize(prototypes, dim: 1).t()) * 10;
    }
}
