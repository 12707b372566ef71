using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Networks for text, speech and other sequences.</summary>
internal static class LanguageNetworks
{
    private static Tensor Tokens(params long[] shape) => randint(0, 9, shape, ScalarType.Int64);

    public static IEnumerable<CorpusModel> All =>
    [
        new("text_cnn", () => new TextCnn(), () => [Tokens(2, 7)]),
        new("bert", () => new Bert(), () => [Tokens(2, 5), ones(2, 5, ScalarType.Int64)])
        {
            Dynamic = [new("T", 0, 1), new("T", 1, 1)],
        },
        new("gru_classifier", () => new GruClassifier(), () => [Tokens(2, 5)]) { Dynamic = [new("T", 0, 1)] },
        new("rnn_tagger", () => new RnnTagger(), () => [Tokens(2, 5)]) { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("crnn", () => new Crnn(), 2, 1, 8, 16),
        CorpusModel.Of("rotary_attention", () => new Rotary(), 2, 6, 8) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("relative_bias", () => new RelativeBias(5), 2, 5, 8),
        CorpusModel.Of("alibi", () => new Alibi(), 2, 5, 8) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("llama_block", () => new Llama(), 2, 6, 8) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("sdpa", () => new Sdpa(), 2, 6, 8) with { Dynamic = [new("T", 0, 1)] },
        new("cached_attention", () => new CachedAttention(),
            () => [randn(2, 3, 8), randn(2, 2, 4, 4), randn(2, 2, 4, 4)])
        {
            Dynamic = [new("P", 1, 2), new("P", 2, 2), new("T", 0, 1)],
        },
        new("seq2seq", () => new Seq2Seq(), () => [Tokens(2, 4), Tokens(2, 3)]),
        new("tied_language_model", () => new TiedLanguageModel(), () => [Tokens(2, 4)]) { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("transformer_encoder", () => new Encoder(), 5, 2, 8) with { Dynamic = [] },
        new("cross_attention", () => new CrossAttention(), () => [randn(2, 4, 8), randn(2, 6, 8)]),
        CorpusModel.Of("conformer_convolution", () => new Conformer(), 2, 7, 8),
        CorpusModel.Of("squeeze_time", () => new StatisticsPooling(), 2, 3, 9) with { Dynamic = [new("T", 0, 2)] },
        CorpusModel.Of("gated_linear_memory", () => new MinimalGru(), 2, 4, 3),
        new("bag_of_words", () => new BagOfWords(), () => [Tokens(3, 6)]),
    ];

    private sealed class TextCnn : Layer
    {
        private readonly Embedding embedding = nn.Embedding(9, 6);
        private readonly ModuleList<Conv1d> windows = nn.ModuleList(
            nn.Conv1d(6, 4, 2), nn.Conv1d(6, 4, 3), nn.Conv1d(6, 4, 4));
        private readonly Linear head = nn.Linear(12, 3);

        public TextCnn() : base(nameof(TextCnn)) => RegisterComponents();

        public override Tensor forward(Tensor tokens)
        {
            var x = embedding.call(tokens).transpose(1, 2);
            var pooled = windows.Select(window => window.call(x).relu().max(2).values).ToArray();
            return head.call(cat(pooled, 1));
        }
    }

    private sealed class Bert : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding words = nn.Embedding(9, 8), positions = nn.Embedding(32, 8);
        private readonly LayerNorm first = nn.LayerNorm(8), second = nn.LayerNorm(8), third = nn.LayerNorm(8);
        private readonly Linear query = nn.Linear(8, 8), key = nn.Linear(8, 8), value = nn.Linear(8, 8),
            output = nn.Linear(8, 8);
        private readonly Sequential feed = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8));

        public Bert() : base(nameof(Bert)) => RegisterComponents();

        public override Tensor forward(Tensor tokens, Tensor mask)
        {
            var place = arange(tokens.shape[1], ScalarType.Int64).unsqueeze(0);
            var x = first.forward(words.forward(tokens) + positions.forward(place));
            var hidden = (1.0 - mask.unsqueeze(1).unsqueeze(2).to(ScalarType.Float32)) * -10000.0;
            var scores = Split(query.forward(x)).matmul(Split(key.forward(x)).transpose(-1, -2)) / 2.0 + hidden;
            var joined = nn.functional.softmax(scores, -1).matmul(Split(value.forward(x)))
                .permute(0, 2, 1, 3).contiguous();
            x = second.forward(x + output.forward(joined.view(x.shape)));
            return third.forward(x + feed.forward(x));
        }

        private static Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], 2, 4).permute(0, 2, 1, 3);
    }

    private sealed class GruClassifier : Layer
    {
        private readonly Embedding embedding = nn.Embedding(9, 4);
        private readonly GRU gru = nn.GRU(4, 5, numLayers: 2, batchFirst: true, bidirectional: true);
        private readonly Linear head = nn.Linear(10, 3);

        public GruClassifier() : base(nameof(GruClassifier)) => RegisterComponents();

        public override Tensor forward(Tensor tokens)
        {
            var (_, state) = gru.call(embedding.call(tokens));
            return head.call(cat([state[-2], state[-1]], 1));
        }
    }

    private sealed class RnnTagger : Layer
    {
        private readonly Embedding embedding = nn.Embedding(9, 4);
        private readonly RNN rnn = nn.RNN(4, 5, batchFirst: true);
        private readonly Linear head = nn.Linear(5, 3);

        public RnnTagger() : base(nameof(RnnTagger)) => RegisterComponents();

        public override Tensor forward(Tensor tokens) =>
            head.call(rnn.call(embedding.call(tokens)).Item1).log_softmax(-1);
    }

    private sealed class Crnn : Layer
    {
        private readonly Sequential features = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding: 1),
            nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d([4, 1]));
        private readonly GRU sequence = nn.GRU(6, 5, bidirectional: true);
        private readonly Linear head = nn.Linear(10, 7);

        public Crnn() : base(nameof(Crnn)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var columns = features.call(x).squeeze(2).permute(2, 0, 1);
            return head.call(sequence.call(columns).Item1);
        }
    }

    private sealed class Rotary : Layer
    {
        private readonly Linear qkv = nn.Linear(8, 24, hasBias: false);

        public Rotary() : base(nameof(Rotary)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var angles = outer(
                arange(x.shape[1], ScalarType.Float32), pow(10000.0, arange(0, 4, ScalarType.Float32) * -0.25));
            var (cosine, sine) = (angles.cos(), angles.sin());
            var parts = qkv.call(x).chunk(3, -1);
            var scores = Turn(parts[0], cosine, sine).bmm(Turn(parts[1], cosine, sine).transpose(1, 2)) / Math.Sqrt(8);
            return scores.softmax(-1).bmm(parts[2]);
        }

        private static Tensor Turn(Tensor x, Tensor cosine, Tensor sine)
        {
            var (even, odd) = (
                x[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)],
                x[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)]);
            return stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2);
        }
    }

    private sealed class RelativeBias : Layer
    {
        private readonly Parameter table;
        private readonly Tensor index;

        public RelativeBias(int length) : base(nameof(RelativeBias))
        {
            table = nn.Parameter(randn(2 * length - 1));
            var place = arange(length, ScalarType.Int64);
            index = place.unsqueeze(0) - place.unsqueeze(1) + (length - 1);
            register_buffer("relative", index);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) =>
            (x.matmul(x.transpose(1, 2)) + table[index.flatten()].view(index.shape)).softmax(-1).matmul(x);
    }

    private sealed class Alibi() : Layer(nameof(Alibi))
    {
        public override Tensor forward(Tensor x)
        {
            var place = arange(x.shape[1], ScalarType.Float32);
            var distance = (place.unsqueeze(0) - place.unsqueeze(1)).abs_().neg_();
            return (einsum("bid,bjd->bij", x, x) + distance * 0.5).softmax(-1).matmul(x);
        }
    }

    private sealed class Llama : Layer
    {
        private readonly Parameter scale = nn.Parameter(rand(8));
        private readonly Linear gate = nn.Linear(8, 12, hasBias: false), up = nn.Linear(8, 12, hasBias: false);
        private readonly Linear down = nn.Linear(12, 8, hasBias: false);

        public Llama() : base(nameof(Llama)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var normed = x * rsqrt(x.pow(2).mean([-1], keepdim: true) + 1e-6) * scale;
            return x + down.forward(nn.functional.silu(gate.forward(normed)) * up.forward(normed));
        }
    }

    private sealed class Sdpa : Layer
    {
        private readonly Linear qkv = nn.Linear(8, 24), output = nn.Linear(8, 8);

        public Sdpa() : base(nameof(Sdpa)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (batch, length) = (x.shape[0], x.shape[1]);
            var heads = qkv.call(x).view(batch, length, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0);
            var mixed = nn.functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_casual: true);
            return output.call(mixed.transpose(1, 2).reshape(batch, length, 8));
        }
    }

    // A single token sees the whole cache, so it needs no mask.
    private sealed class CachedAttention : nn.Module<Tensor, Tensor, Tensor, (Tensor, Tensor, Tensor)>
    {
        private readonly Linear query = nn.Linear(8, 8), key = nn.Linear(8, 8), value = nn.Linear(8, 8);
        private readonly Linear output = nn.Linear(8, 8);

        public CachedAttention() : base(nameof(CachedAttention)) => RegisterComponents();

        public override (Tensor, Tensor, Tensor) forward(Tensor x, Tensor pastKeys, Tensor pastValues)
        {
            var (batch, length, past) = (x.shape[0], x.shape[1], pastKeys.shape[2]);
            Tensor? mask = null;
            if (length > 1)
            {
                mask = full([length, length], float.NegativeInfinity).triu(1);
                mask = hstack([zeros(length, past), mask]);
            }
            var keys = cat([pastKeys, Split(key.call(x))], 2);
            var values = cat([pastValues, Split(value.call(x))], 2);
            var scores = Split(query.call(x)).matmul(keys.transpose(2, 3)) / Math.Sqrt(4);
            if (mask is not null) scores = scores + mask;
            var mixed = scores.softmax(-1).matmul(values).transpose(1, 2).reshape(batch, length, 8);
            return (output.call(mixed), keys, values);

            Tensor Split(Tensor tensor) => tensor.view(batch, length, 2, 4).transpose(1, 2);
        }
    }

    private sealed class Seq2Seq : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding source = nn.Embedding(9, 4), target = nn.Embedding(9, 4);
        private readonly GRU encoder = nn.GRU(4, 5, batchFirst: true);
        private readonly GRUCell decoder = nn.GRUCell(4, 5);
        private readonly Linear head = nn.Linear(5, 9);

        public Seq2Seq() : base(nameof(Seq2Seq)) => RegisterComponents();

        public override Tensor forward(Tensor from, Tensor to)
        {
            var state = encoder.call(source.call(from)).Item2.squeeze(0);
            var words = target.call(to);
            var steps = new List<Tensor>();
            for (long step = 0; step < to.shape[1]; step++)
            {
                state = decoder.call(words[TensorIndex.Colon, step], state);
                steps.Add(head.call(state));
            }
            return stack(steps, 1);
        }
    }

    private sealed class TiedLanguageModel : Layer
    {
        private readonly Embedding embedding = nn.Embedding(9, 6);
        private readonly Linear hidden = nn.Linear(6, 6);

        public TiedLanguageModel() : base(nameof(TiedLanguageModel)) => RegisterComponents();

        public override Tensor forward(Tensor tokens) =>
            nn.functional.linear(hidden.call(embedding.call(tokens)).tanh(), embedding.weight!);
    }

    private sealed class Encoder : Layer
    {
        private readonly TransformerEncoder encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 12, 0.1), 2);

        public Encoder() : base(nameof(Encoder)) => RegisterComponents();

        public override Tensor forward(Tensor x) => encoder.call(x, null, null);
    }

    private sealed class CrossAttention : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly MultiheadAttention attention = nn.MultiheadAttention(8, 2);

        public CrossAttention() : base(nameof(CrossAttention)) => RegisterComponents();

        public override Tensor forward(Tensor query, Tensor memory)
        {
            var (turned, other) = (query.transpose(0, 1), memory.transpose(0, 1));
            var (mixed, _) = attention.call(turned, other, other, null, false, null);
            return mixed.transpose(0, 1);
        }
    }

    private sealed class Conformer : Layer
    {
        private readonly LayerNorm norm = nn.LayerNorm(8);
        private readonly Conv1d expand = nn.Conv1d(8, 16, 1), depth = nn.Conv1d(8, 8, 3, padding: 1, groups: 8),
            reduce = nn.Conv1d(8, 8, 1);
        private readonly BatchNorm1d batch = nn.BatchNorm1d(8);

        public Conformer() : base(nameof(Conformer)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var y = nn.functional.glu(expand.call(norm.call(x).transpose(1, 2)), dim: 1);
            y = reduce.call(nn.functional.silu(batch.call(depth.call(y))));
            return y.transpose(1, 2).add(x, alpha: 0.5);
        }
    }

    private sealed class StatisticsPooling() : Layer(nameof(StatisticsPooling))
    {
        public override Tensor forward(Tensor x) =>
            cat([x.mean([2]), x.std(2, unbiased: true), x.sum(2) / x.shape[2]], 1);
    }

    private sealed class MinimalGru : Layer
    {
        private readonly Linear gate = nn.Linear(6, 3), candidate = nn.Linear(6, 3);

        public MinimalGru() : base(nameof(MinimalGru)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var state = zeros(x.shape[0], 3);
            foreach (var step in x.unbind(1))
            {
                var forget = gate.forward(cat([step, state], 1)).sigmoid_();
                state = lerp(state, candidate.forward(cat([step, forget * state], 1)).tanh(), forget);
            }
            return state;
        }
    }

    private sealed class BagOfWords : Layer
    {
        private readonly EmbeddingBag bag = nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Mean);
        private readonly Linear head = nn.Linear(4, 2);

        public BagOfWords() : base(nameof(BagOfWords)) => RegisterComponents();

        public override Tensor forward(Tensor tokens) => head.call(bag.call(tokens, null!, null!));
    }
}
