using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>The blocks of language models: GPT-2, LLaMA, Phi, T5, BLOOM, Mixtral, RWKV, RetNet and CLIP.</summary>
internal static class TransformerNetworks
{
    private static readonly DynamicDimension[] Time = [new("T", 0, 1)];

    private static Tensor Tokens(params long[] shape) => randint(0, 9, shape, int64);

    public static IEnumerable<CorpusModel> All =>
    [
        new("gpt2", () => new Gpt2(), () => [Tokens(2, 5)]) { Dynamic = [new("T", 0, 1) { Max = 16 }] },
        new("gpt_with_loss", () => new GptWithLoss(), () => [Tokens(2, 5), null]) { Dynamic = Time },
        new("gpt_kv_cache", () => new CachedAttention(), () => [randn(2, 1, 8), (randn(2, 2, 4, 4), randn(2, 2, 4, 4))])
        {
            Dynamic = [new("T", 0, 1), new("P", 1, 2), new("P", 2, 2)],
        },
        new("llama_grouped_query", () => new GroupedQuery(), () => [randn(2, 5, 8), 3]) { Dynamic = Time },
        new("phi_records", () => new PhiAttention(), () => [new PhiInput(randn(2, 5, 8), arange(5).repeat(2, 1))])
        {
            Dynamic = [new("T", 0, 1), new("T", 1, 1)],
        },
        new("t5_relative_bias", () => new T5Attention(), () => [randn(2, 6, 8)]) { Dynamic = Time },
        new("bloom_alibi", () => new Bloom(), () => [randn(2, 5, 8), ones(2, 5, int64)])
        {
            Dynamic = [new("T", 0, 1), new("T", 1, 1)],
        },
        CorpusModel.Of("mixtral_masked_experts", () => new Mixture(byIndex: false), 2, 5, 6) with { Dynamic = Time },
        CorpusModel.Of("mixtral_routed_by_index", () => new Mixture(byIndex: true), 2, 5, 6) with
        {
            Refusal = ("Mixture.Route", "depend"),
        },
        CorpusModel.Of("rwkv_time_mix", () => new TimeMix(), 2, 5, 6) with { Dynamic = Time },
        CorpusModel.Of("retnet_decay", () => new Retention(), 2, 5, 6) with { Dynamic = Time },
        CorpusModel.Of("causal_linear_attention", () => new LinearAttention(), 2, 5, 6) with { Dynamic = Time },
        CorpusModel.Of("transformer_xl_shift", () => new RelativeShift(), 2, 5, 8) with { Dynamic = Time },
        CorpusModel.Of("selective_scan", () => new SelectiveScan(), 2, 5, 4),
        CorpusModel.Of("selective_scan_open", () => new SelectiveScan(), 2, 5, 4) with
        {
            Dynamic = Time,
            Refusal = ("SelectiveScan.forward", "T"),
        },
        new("clip_text", () => new ClipText(), () => [Tokens(2, 6)]) { Dynamic = [new("T", 0, 1) { Max = 12 }] },
        new("bert_pooled_output", () => new BertModel(), () => [Tokens(2, 5), ones(2, 5, int64), zeros(2, 5, int64)])
        {
            Dynamic = [new("T", 0, 1), new("T", 1, 1), new("T", 2, 1)],
        },
        new("cross_attention_optional", () => new CrossAttention(), () => [randn(2, 5, 8), null]) { Dynamic = Time },
        new("cross_attention_context", () => new CrossAttention(), () => [randn(2, 5, 8), randn(2, 3, 8)])
        {
            Dynamic = [new("T", 0, 1), new("S", 1, 1)],
        },
        CorpusModel.Of("blockwise_local_attention", () => new LocalAttention(), 2, 12, 8) with
        {
            Dynamic = [new("T", 0, 1) { MultipleOf = 4 }],
        },
        CorpusModel.Of("rotary_half_cached", () => new NeoX(), 2, 5, 8) with { Dynamic = Time },
        CorpusModel.Of("int8_linear", () => new Int8Linear(8, 5), 2, 5, 8) with { Dynamic = Time },
        CorpusModel.Of("lora_linear", () => new Lora(8, 5), 2, 5, 8) with { Dynamic = Time },
    ];

    // The weight of GPT-2's linear layers is transposed.
    private sealed class Conv1D : Layer
    {
        private readonly Parameter weight, bias;

        public Conv1D(long filters, long channels) : base(nameof(Conv1D))
        {
            (weight, bias) = (Parameter(randn(channels, filters) * 0.3), Parameter(zeros(filters)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            long[] size = [.. x.shape[..^1], weight.shape[1]];
            return addmm(bias, x.view(-1, x.size(-1)), weight, 1, 1).view(size);
        }
    }

    private sealed class Gpt2 : Layer
    {
        private readonly Embedding wte = Embedding(9, 8), wpe = Embedding(16, 8);
        private readonly Conv1D c_attn = new(24, 8), c_proj = new(8, 8);
        private readonly LayerNorm ln_1 = LayerNorm(8), ln_f = LayerNorm(8);

        public Gpt2() : base(nameof(Gpt2))
        {
            register_buffer("bias", ones(16, 16, @bool).tril().view(1, 1, 16, 16));
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            var (b, t) = (tokens.shape[0], tokens.shape[1]);
            if (t > 16) throw new ArgumentException($"Cannot forward sequence of length {t}, block size is only 16");
            var x = wte.forward(tokens) + wpe.forward(arange(0, t, dtype: int64, device: tokens.device));
            var y = ln_1.forward(x);
            var qkv = c_attn.forward(y).split(8, 2).Select(p => p.view(b, t, 2, 4).transpose(1, 2)).ToArray();
            var scores = qkv[0].matmul(qkv[1].transpose(-2, -1)) * (1.0 / Math.Sqrt(qkv[1].size(-1)));
            var mask = get_buffer("bias")![.., .., ..(int)t, ..(int)t];
            scores = scores.masked_fill(mask == 0, float.NegativeInfinity).softmax(-1);
            x = x + c_proj.forward(scores.matmul(qkv[2]).transpose(1, 2).contiguous().view(b, t, 8));
            return ln_f.forward(x)[.., ^1.., ..].matmul(wte.weight!.t());
        }
    }

    private sealed class GptWithLoss : nn.Module<Tensor, Tensor?, (Tensor Logits, Tensor? Loss)>
    {
        private readonly Embedding table = Embedding(9, 9);

        public GptWithLoss() : base(nameof(GptWithLoss)) => RegisterComponents();

        public override (Tensor Logits, Tensor? Loss) forward(Tensor index, Tensor? targets = null)
        {
            var logits = table.forward(index);
            if (targets is null) return (logits, null);
            var loss = functional.cross_entropy(logits.view(-1, 9), targets.view(-1));
            return (logits, loss);
        }
    }

    private sealed class CachedAttention : nn.Module<Tensor, (Tensor K, Tensor V), (Tensor, (Tensor K, Tensor V))>
    {
        private readonly Linear qkv = Linear(8, 24), output = Linear(8, 8);

        public CachedAttention() : base(nameof(CachedAttention)) => RegisterComponents();

        public override (Tensor, (Tensor K, Tensor V)) forward(Tensor x, (Tensor K, Tensor V) past)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            var parts = qkv.forward(x).view(b, t, 3, 2, 4).permute(2, 0, 3, 1, 4);
            var (q, k, v) = (parts[0], cat([past.K, parts[1]], -2), cat([past.V, parts[2]], -2));
            long total = k.shape[2];
            var place = arange(total).unsqueeze(0) - (arange(t).unsqueeze(1) + (total - t));
            var scores = q.matmul(k.mT) / 2.0 + zeros(t, total).masked_fill(place > 0, -1e9);
            x = scores.softmax(-1).matmul(v).transpose(1, 2).reshape(b, t, -1);
            return (output.forward(x), (k, v));
        }
    }

    private sealed class GroupedQuery : nn.Module<Tensor, int, Tensor>
    {
        private readonly Linear wq = Linear(8, 8, hasBias: false), wk = Linear(8, 4, hasBias: false),
            wv = Linear(8, 4, hasBias: false), wo = Linear(8, 8, hasBias: false);
        private readonly Tensor freqsComplex;

        public GroupedQuery() : base(nameof(GroupedQuery))
        {
            var frequencies = 1.0 / pow(10000.0, arange(0, 4, 2, float32) / 4);
            freqsComplex = polar(ones(64, 2), outer(arange(64, float32), frequencies));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, int startPos)
        {
            var (b, t) = ((int)x.shape[0], (int)x.shape[1]);
            var q = Rotate(wq.forward(x).view(b, t, 2, 4), freqsComplex[startPos..(startPos + t)]);
            var k = Repeat(Rotate(wk.forward(x).view(b, t, 1, 4), freqsComplex[startPos..(startPos + t)]), 2);
            var v = Repeat(wv.forward(x).view(b, t, 1, 4), 2);
            var scores = q.transpose(1, 2).matmul(k.transpose(1, 2).transpose(2, 3)) / (float)Math.Sqrt(4);
            var mask = full([t, t], float.NegativeInfinity).triu(1);
            scores = functional.softmax(scores + mask, dim: -1).type_as(q);
            return wo.forward(scores.matmul(v.transpose(1, 2)).transpose(1, 2).contiguous().view(b, t, -1));
        }

        private static Tensor Rotate(Tensor x, Tensor frequencies)
        {
            var pairs = x.to_type(float32).reshape(x.shape[0], x.shape[1], x.shape[2], -1, 2).view_as_complex();
            return (pairs * frequencies.unsqueeze(0).unsqueeze(2)).view_as_real().reshape(x.shape).type_as(x);
        }

        private static Tensor Repeat(Tensor x, int times)
        {
            var (b, t, heads, size) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            return times == 1
                ? x
                : x[.., .., .., TensorIndex.None, ..].expand(b, t, heads, times, size)
                    .reshape(b, t, heads * times, size);
        }
    }

    private sealed class PhiInput(Tensor hidden_states, Tensor position_ids, Tensor? attention_mask = null)
    {
        public Tensor hidden_states { get; set; } = hidden_states;

        public Tensor position_ids { get; set; } = position_ids;

        public Tensor? attention_mask { get; set; } = attention_mask;

        public bool output_attentions { get; set; } = true;
    }

    private sealed class PhiOutput(Tensor hidden_states, Tensor? attentions = null)
    {
        public Tensor hidden_states { get; set; } = hidden_states;

        public Tensor? attentions { get; set; } = attentions;
    }

    private sealed record RotaryOutput(Tensor Cos, Tensor Sin);

    private sealed class PhiAttention : nn.Module<PhiInput, PhiOutput>
    {
        private readonly Linear qkv_proj = Linear(8, 16, hasBias: false), o_proj = Linear(8, 8, hasBias: false);
        private readonly Func<Tensor, Tensor, RotaryOutput> rotary;

        public PhiAttention() : base(nameof(PhiAttention))
        {
            var inverse = 1.0 / pow(10000, arange(0, 4, 2).to(float32) / 4);
            rotary = (x, place) =>
            {
                var angles = place.unsqueeze(-1).to(float32).matmul(inverse.unsqueeze(0));
                var both = cat([angles, angles], -1);
                return new(both.cos().to_type(x.dtype), both.sin().to_type(x.dtype));
            };
            RegisterComponents();
        }

        public override PhiOutput forward(PhiInput input)
        {
            var x = input.hidden_states;
            var (b, t) = (x.shape[0], x.shape[1]);
            var qkv = qkv_proj.forward(x);
            var (q, k, v) = (qkv[.., .., ..8], qkv[.., .., 8..12], qkv[.., .., 12..]);
            q = q.view(b, t, 2, 4).transpose(1, 2);
            (k, v) = (k.view(b, t, 1, 4).transpose(1, 2), v.view(b, t, 1, 4).transpose(1, 2));
            var (cos, sin) = rotary(v, input.position_ids);
            (cos, sin) = (cos.unsqueeze(1), sin.unsqueeze(1));
            (q, k) = (q * cos + RotateHalf(q) * sin, k * cos + RotateHalf(k) * sin);
            var weights = matmul(q, k.expand(-1, 2, -1, -1).transpose(2, 3)) / Math.Sqrt(4);
            if (input.attention_mask is not null) weights = weights + input.attention_mask;
            weights = functional.softmax(weights, -1, dtype: float32).to(v.dtype);
            weights = functional.dropout(weights, 0.1, training);
            var output = matmul(weights, v.expand(-1, 2, -1, -1)).transpose(1, 2).contiguous().reshape(b, t, 8);
            return new(o_proj.forward(output), input.output_attentions ? weights : null);
        }
    }

    private static Tensor RotateHalf(Tensor x)
    {
        int half = (int)x.shape[^1] / 2;
        return cat([-x[.., .., .., half..], x[.., .., .., ..half]], dim: -1);
    }

    private sealed class T5Attention : Layer
    {
        private readonly Embedding relative_attention_bias = Embedding(8, 2);
        private readonly Linear q = Linear(8, 8), k = Linear(8, 8), v = Linear(8, 8);

        public T5Attention() : base(nameof(T5Attention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            Tensor Heads(Linear layer) => layer.forward(x).view(b, -1, 2, 4).transpose(1, 2);
            var relative = arange(t, int64)[TensorIndex.None, ..] - arange(t, int64)[.., TensorIndex.None];
            var bias = relative_attention_bias.forward(Bucket(relative, 8, 20)).permute(2, 0, 1).unsqueeze(0);
            var scores = Heads(q).matmul(Heads(k).transpose(3, 2)) + bias;
            return scores.to(float32).softmax(-1).type_as(scores).matmul(Heads(v)).transpose(1, 2).reshape(b, -1, 8);
        }

        private static Tensor Bucket(Tensor place, int buckets, int distance)
        {
            buckets /= 2;
            var result = (place > 0).to(int64) * buckets;
            place = abs(place);
            int exact = buckets / 2;
            var large = exact + (log(place.to(float32) / exact) / Math.Log((double)distance / exact)
                * (buckets - exact)).to(int64);
            large = min(large, full_like(large, buckets - 1));
            return result + where(place < exact, place, large);
        }

        private static Tensor min(Tensor left, Tensor right) => minimum(left, right);
    }

    private sealed class Bloom : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear qkv = Linear(8, 24);

        public Bloom() : base(nameof(Bloom)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor attention_mask)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            var slopes = pow(tensor(Math.Pow(2, -Math.Pow(2, -(Math.Log2(2) - 3))), float32), arange(1, 3));
            var place = ((attention_mask.cumsum(-1) - 1) * attention_mask)[.., TensorIndex.None, ..];
            var alibi = (slopes.unsqueeze(-1) * place).view(b, 2, 1, t);
            var fused = qkv.forward(x).view(b, t, 2, 3, 4);
            var (q, k, v) = (fused[.., .., .., 0], fused[.., .., .., 1], fused[.., .., .., 2]);
            var scores = Flat(q).baddbmm(
                Flat(k).transpose(1, 2), alibi.reshape(b * 2, 1, t), beta: 1, alpha: (float)(1 / Math.Sqrt(4)));
            var hidden = (attention_mask[.., TensorIndex.None, TensorIndex.None, ..] == 0)
                .logical_or(ones(t, t, @bool).triu(1));
            scores = scores.view(b, 2, t, t).masked_fill(hidden, -1e9f).softmax(-1);
            return bmm(scores.view(b * 2, t, t), Flat(v)).view(b, 2, t, 4).permute(0, 2, 1, 3).reshape(b, t, 8);

            Tensor Flat(Tensor part) => part.transpose(1, 2).reshape(b * 2, t, 4);
        }
    }

    private sealed class Mixture : Layer
    {
        private readonly bool byIndex;
        private readonly Linear gate = Linear(6, 3, hasBias: false);
        private readonly ModuleList<Sequential> experts = [];

        public Mixture(bool byIndex) : base(nameof(Mixture))
        {
            this.byIndex = byIndex;
            for (int i = 0; i < 3; i++) experts.append(Sequential(Linear(6, 8), SiLU(), Linear(8, 6)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var flat = x.view(-1, x.shape[2]);
            var (weights, chosen) = functional.softmax(gate.forward(flat), dim: 1).topk(2, dim: -1);
            weights = weights / weights.sum(-1, keepdim: true);
            return (byIndex ? Route(flat, weights, chosen) : Mask(flat, weights, chosen)).view(x.shape);
        }

        private Tensor Mask(Tensor x, Tensor weights, Tensor chosen)
        {
            var result = zeros_like(x);
            foreach (var (i, expert) in experts.Index())
            {
                var share = where(chosen == i, weights, zeros_like(weights)).sum(-1, keepdim: true);
                result += expert.forward(x) * share;
            }
            return result;
        }

        private Tensor Route(Tensor x, Tensor weights, Tensor chosen)
        {
            var result = zeros_like(x);
            var mask = functional.one_hot(chosen, 3).permute(2, 1, 0);
            for (int i = 0; i < experts.Count; i++)
            {
                var place = mask[i].nonzero();
                var (slot, token) = (place[.., 0], place[.., 1]);
                result.index_add_(0, token, experts[i].forward(x[token]) * weights[token, slot].unsqueeze(1), 1);
            }
            return result;
        }
    }

    private sealed class TimeMix : Layer
    {
        private readonly ZeroPad2d time_shift = ZeroPad2d((0, 0, 1, -1));
        private readonly Parameter mix_k = Parameter(rand(1, 1, 6)), mix_r = Parameter(rand(1, 1, 6));
        private readonly Linear key = Linear(6, 12), receptance = Linear(6, 6), value = Linear(12, 6);

        public TimeMix() : base(nameof(TimeMix)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var xx = time_shift.forward(x);
            var (xk, xr) = (x * mix_k + xx * (1 - mix_k), x * mix_r + xx * (1 - mix_r));
            var k = square(relu(key.forward(xk)));
            return sigmoid(receptance.forward(xr)) * value.forward(k);
        }

        private static Tensor relu(Tensor x) => functional.relu(x);
    }

    private sealed class Retention : Layer
    {
        private readonly double gamma = 0.9;
        private readonly Linear q = Linear(6, 6), k = Linear(6, 6), v = Linear(6, 6);

        public Retention() : base(nameof(Retention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var decay = Decay(x.shape[1]);
            return (q.forward(x).matmul(k.forward(x).transpose(1, 2)) * decay.unsqueeze(0)).matmul(v.forward(x))
                / decay.sum(dim: -1, keepdim: true).sqrt();
        }

        private Tensor Decay(long length)
        {
            var (n, m) = (arange(length).unsqueeze(1), arange(length).unsqueeze(0));
            var d = pow(gamma, (n - m).to(float32)) * (n >= m).to(float32);
            d[d.isnan()] = 0;
            return d;
        }
    }

    private sealed class LinearAttention : Layer
    {
        private readonly Linear qkv = Linear(6, 18);

        public LinearAttention() : base(nameof(LinearAttention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var parts = qkv.forward(x).chunk(3, -1);
            var (q, k) = (functional.elu(parts[0], 1) + 1, functional.elu(parts[1], 1) + 1);
            var state = einsum("btd,bte->btde", k, parts[2]).cumsum(1);
            var total = einsum("btd,btd->bt", q, k.cumsum(dim: 1)).unsqueeze(-1);
            return einsum("btd,btde->bte", q, state) / (total + 1e-6);
        }
    }

    private sealed class RelativeShift : Layer
    {
        private readonly Linear q = Linear(8, 8), k = Linear(8, 8), r = Linear(8, 8);

        public RelativeShift() : base(nameof(RelativeShift)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            var place = arange(t - 1, -1, -1, float32).unsqueeze(1)
                / pow(10000, arange(0, 8, 2, float32) / 8).unsqueeze(0);
            var table = r.forward(cat([place.sin(), place.cos()], -1));
            var bd = Shift(einsum("bid,jd->bij", q.forward(x), table));
            var scores = q.forward(x).bmm(k.forward(x).transpose(1, 2)) + bd;
            return scores.masked_fill(ones(t, t, @bool).triu(1), -1e30f).softmax(2).bmm(x);

            static Tensor Shift(Tensor scores)
            {
                var (b, rows, columns) = (scores.shape[0], scores.shape[1], scores.shape[2]);
                var padded = cat([scores.new_zeros([b, rows, 1]), scores], dim: -1);
                return padded.view(b, columns + 1, rows)[.., 1.., ..].reshape(b, rows, columns);
            }
        }
    }

    private sealed class SelectiveScan : Layer
    {
        private readonly Linear project = Linear(4, 4 + 6);
        private readonly Parameter logA = Parameter(rand(4, 3)), d = Parameter(ones(4));

        public SelectiveScan() : base(nameof(SelectiveScan)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var parts = project.forward(x).split([4, 3, 3], -1);
            var (delta, b, c) = (functional.softplus(parts[0]), parts[1], parts[2]);
            var decay = exp(einsum("btd,dn->btdn", delta, -logA.exp()));
            var drive = einsum("btd,btn,btd->btdn", delta, b, x);
            var state = zeros(x.shape[0], 4, 3, device: x.device);
            var steps = new List<Tensor>();
            for (int t = 0; t < x.shape[1]; t++)
            {
                state = decay[.., t] * state + drive[.., t];
                steps.Add(einsum("bdn,bn->bd", state, c[.., t, ..]));
            }
            return stack(steps, dim: 1) + x * d;
        }
    }

    private sealed class ClipText : nn.Module<Tensor, (Tensor Last, Tensor Pooled)>
    {
        private readonly Embedding token = Embedding(9, 8);
        private readonly Parameter position = Parameter(randn(12, 8) * 0.1);
        private readonly LayerNorm norm = LayerNorm(8);
        private readonly Linear inProj = Linear(8, 24), outProj = Linear(8, 8), fc1 = Linear(8, 16),
            fc2 = Linear(16, 8);

        public ClipText() : base(nameof(ClipText)) => RegisterComponents();

        public override (Tensor Last, Tensor Pooled) forward(Tensor tokens)
        {
            var x = token.forward(tokens.to(int64)) + position[..(int)tokens.shape[1]];
            long[] shape = x.shape;
            long[] split = [shape[0], shape[1], 2, 4];
            var qkv = inProj.forward(norm.forward(x)).chunk(3, -1).Select(y => y.view(split).transpose(1, 2)).ToList();
            var weight = qkv[0].matmul(qkv[1].transpose(-1, -2));
            var mask = ones_like(weight).to(@bool).triu(1);
            weight.masked_fill_(mask, float.NegativeInfinity).div_(Math.Sqrt(4));
            x = x + outProj.forward(functional.softmax(weight, -1).matmul(qkv[2]).transpose(1, 2).reshape(shape));
            var y = fc1.forward(norm.forward(x));
            y *= sigmoid(1.702f * y);
            x = norm.forward(x + fc2.forward(y));
            var last = tokens.argmax(-1);
            return (x, x[arange(shape[0]), last]);
        }
    }

    private sealed class BertModel : nn.Module<Tensor, Tensor, Tensor, Dictionary<string, Tensor>>
    {
        private readonly ModuleDict<Embedding> embeddings = ModuleDict(
            ("word", Embedding(9, 8, padding_idx: 0)), ("type", Embedding(2, 8)), ("position", Embedding(512, 8)));
        private readonly ModuleList<TransformerEncoderLayer> layer = ModuleList(
            TransformerEncoderLayer(8, 2, 12, 0.1, Activations.GELU), TransformerEncoderLayer(8, 2, 12));
        private readonly Sequential pooler = Sequential(("dense", Linear(8, 8)), ("activation", Tanh()));

        public BertModel() : base(nameof(BertModel)) => RegisterComponents();

        public override Dictionary<string, Tensor> forward(Tensor ids, Tensor mask, Tensor types)
        {
            long length = ids.shape[1];
            var place = arange(length, dtype: int64).unsqueeze(0).expand_as(ids);
            var x = embeddings["word"].forward(ids) + embeddings["type"].forward(types)
                + embeddings["position"].forward(place);
            var hidden = new List<Tensor> { x };
            foreach (var block in layer)
            {
                x = block.call(x.transpose(0, 1), null, (mask == 0).detach()).transpose(0, 1);
                hidden.Add(x);
            }
            return new()
            {
                ["last_hidden_state"] = x,
                ["pooler_output"] = pooler.forward(x[.., 0]),
                ["mean"] = (x * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim: true).clamp(min: 1),
                [$"layer_{hidden.Count - 2}"] = hidden[^2],
            };
        }
    }

    private sealed class CrossAttention : nn.Module<Tensor, Tensor?, Tensor>
    {
        private readonly Linear q = Linear(8, 8, hasBias: false), k = Linear(8, 8, hasBias: false),
            v = Linear(8, 8, hasBias: false);
        private readonly Sequential toOut = Sequential(Linear(8, 8), Dropout(0.1));

        public CrossAttention() : base(nameof(CrossAttention)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor? context)
        {
            context ??= x;
            Tensor[] heads = [.. new[] { q.forward(x), k.forward(context), v.forward(context) }
                .Select(y => y.reshape(y.shape[0], y.shape[1], 2, 4).permute(0, 2, 1, 3).reshape(-1, y.shape[1], 4))];
            var scores = einsum("b i d, b j d -> b i j", heads[0], heads[1]) * Math.Pow(4, -0.5);
            var y = einsum("b i j, b j d -> b i d", scores.softmax(dim: -1), heads[2]);
            return toOut.forward(y.reshape(x.shape[0], 2, -1, 4).permute(0, 2, 1, 3).reshape(x.shape[0], -1, 8));
        }
    }

    private sealed class LocalAttention : Layer
    {
        private readonly Linear qkv = Linear(8, 24);

        public LocalAttention() : base(nameof(LocalAttention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            long blocks = t / 4;
            var parts = qkv.forward(x).view(b, blocks, 4, 3, 8).unbind(3);
            var (k, v) = (Around(parts[1]), Around(parts[2]));
            var scores = einsum("bnid,bnjd->bnij", parts[0], k) / Math.Sqrt(8);
            var edge = functional.pad(ones(1, blocks, 4, 1), [0, 0, 0, 0, 1, 1], PaddingModes.Constant, 0);
            var allowed = Joined(edge).squeeze(-1).unsqueeze(2);
            return scores.masked_fill(allowed == 0, -1e9).softmax(-1).matmul(v).view(b, t, 8);

            static Tensor Around(Tensor y) => Joined(functional.pad(y, [0, 0, 0, 0, 1, 1], PaddingModes.Constant, 0));

            static Tensor Joined(Tensor y) => cat([y[.., ..^2], y[.., 1..^1], y[.., 2..]], 2);
        }
    }

    // The tables are kept and grow with the longest input.
    private sealed class NeoX : Layer
    {
        private readonly Linear dense = Linear(8, 8);
        private readonly Tensor inv_freq = 1.0 / pow(10000, arange(0, 4, 2).to(float32) / 4);
        private Tensor? cos_cached, sin_cached;
        private long max_seq_len_cached;

        public NeoX() : base(nameof(NeoX)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, t) = (x.shape[0], x.shape[1]);
            if (t > max_seq_len_cached || cos_cached is null)
            {
                max_seq_len_cached = t;
                var angles = einsum("i,j->ij", arange(t, float32), inv_freq);
                var both = cat([angles, angles], dim: -1);
                cos_cached = both.cos()[TensorIndex.None, TensorIndex.None];
                sin_cached = both.sin().view(1, 1, t, 4);
            }
            var (cos, sin) = (cos_cached[.., .., ..(int)t], sin_cached![.., .., ..(int)t]);
            var q = dense.forward(x).view(b, t, 2, 4).transpose(1, 2);
            q = q * cos + RotateHalf(q) * sin;
            return q.matmul(q.transpose(-1, -2)).softmax(-1).matmul(q).transpose(1, 2).reshape(b, t, 8);
        }
    }

    private sealed class Int8Linear : Layer
    {
        public Int8Linear(long channels, long filters) : base(nameof(Int8Linear))
        {
            var weight = randn(filters, channels);
            var scale = 127 / weight.abs().max(1).values;
            register_buffer("8bit_weight", (weight * scale.view(-1, 1)).round().to(int8));
            register_buffer("scale", scale);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var weight = get_buffer("8bit_weight")!.to(x.dtype) / get_buffer("scale")!.view(-1, 1);
            return matmul(x, weight.T);
        }
    }

    private sealed class Lora : Layer
    {
        private readonly Linear original;
        private readonly Parameter A, B;
        private readonly double scaling = 16 / 2.0;
        private readonly bool merged = false;

        public Lora(long channels, long filters) : base(nameof(Lora))
        {
            original = Linear(channels, filters);
            foreach (var parameter in original.parameters()) parameter.requires_grad = false;
            (A, B) = (Parameter(randn(2, channels)), Parameter(randn(filters, 2) * 0.1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var result = original.forward(x);
            if (!merged) result += functional.dropout(x, 0.05, training).matmul(A.t()).matmul(B.t()) * scaling;
            return result;
        }
    }
}
