using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>The blocks of audio codecs, recognizers, synthesizers and forecasting models.</summary>
internal static class SpeechNetworks
{
    private static readonly DynamicDimension[] Samples = [new("L", 0, 2)];
    private static readonly DynamicDimension[] Time = [new("T", 0, 1)];

    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("encodec_convolution", () => new StreamableConv(), 2, 2, 37) with
        {
            Dynamic = [new("L", 0, 2) { Min = 8 }],
        },
        CorpusModel.Of("encodec_transposed", () => new StreamableTransposed(), 2, 3, 11) with { Dynamic = Samples },
        CorpusModel.Of("dac_residual_unit", () => new ResidualUnit(4, 3), 2, 4, 25) with { Dynamic = Samples },
        CorpusModel.Of("residual_vector_quantizer", () => new ResidualQuantizer(), 2, 4, 7) with { Dynamic = Samples },
        CorpusModel.Of("mel_front_end", () => new MelFrontEnd(), 2, 64) with
        {
            Dynamic = [new("L", 0, 1) { Min = 16 }],
        },
        CorpusModel.Of("whisper_encoder", () => new WhisperEncoder(), 2, 4, 12) with
        {
            Dynamic = [new("L", 0, 2) { MultipleOf = 2, Max = 64 }],
        },
        CorpusModel.Of("wav2vec_features", () => new Wav2Vec(), 2, 90) with { Dynamic = [new("L", 0, 1) { Min = 40 }] },
        CorpusModel.Of("causal_tcn", () => new CausalTcn(), 2, 3, 10) with { Dynamic = Samples },
        new("lstm_state_arguments", () => new StatefulLstm(),
            () => [randn(2, 5, 3), (randn(2, 2, 4), randn(2, 2, 4))])
        {
            // The batch of the states is dimension 1. Their dimension 0, the layers, has the same size.
            Dynamic = [new("T", 0, 1), new("N", 1, 1), new("N", 2, 1)],
        },
        new("lstm_packed", () => new PackedLstm(), () => [randn(2, 5, 3), tensor(new long[] { 5, 3 })])
        {
            Refusal = ("PackedLstm.forward", "pack_padded_sequence"),
        },
        CorpusModel.Of("attention_decoder", () => new AttentionDecoder(4), 2, 6, 5) with { Dynamic = Time },
        CorpusModel.Of("viterbi", () => new Viterbi(), 2, 5, 4),
        new("length_regulator", () => new LengthRegulator(), () => [randn(1, 4, 3), tensor(new long[] { 1, 2, 1, 3 })])
        {
            Refusal = ("LengthRegulator.forward", "depend"),
        },
        CorpusModel.Of("conv_tasnet_norm", () => new GlobalNorm(3), 2, 3, 10) with { Dynamic = Samples },
        CorpusModel.Of("hifigan_stage", () => new HiFiGan(), 2, 4, 9) with { Dynamic = Samples },
        CorpusModel.Of("mel_gan_reflection", () => new Lambda(Preemphasis), 2, 1, 20) with
        {
            Dynamic = [new("L", 0, 2) { Min = 4 }],
        },
        CorpusModel.Of("autoformer_decomposition", () => new Decomposition(), 2, 12, 3) with { Dynamic = Time },
        CorpusModel.Of("reversible_norm", () => new Forecaster(), 2, 12, 3) with { Dynamic = [] },
        CorpusModel.Of("nbeats", () => new NBeats(), 3, 8),
        CorpusModel.Of("time2vec", () => new Time2Vec(), 2, 6, 1) with { Dynamic = Time },
        CorpusModel.Of("patch_tst", () => new PatchTst(), 2, 20, 3),
        CorpusModel.Of("squeezed_conformer", () => new ConformerBlock(), 2, 9, 8) with { Dynamic = Time },
        CorpusModel.Of("ctc_greedy", () => new CtcHead(), 2, 7, 6) with { Dynamic = Time },
        CorpusModel.Of("specaugment_in_training", () => new Augmented(), 2, 8, 5) with { Dynamic = Time },
        CorpusModel.Of("quasi_recurrent", () => new QuasiRecurrent(), 2, 6, 4),
        CorpusModel.Of("statistics_attention", () => new AttentiveStatistics(), 2, 4, 9) with
        {
            Dynamic = [new("L", 0, 2)],
        },
    ];

    // The padding completes the last window: Math.Ceiling of a quotient of sizes.
    private sealed class StreamableConv : Layer
    {
        private readonly Conv1d conv = Conv1d(2, 3, 7, stride: 3);

        public StreamableConv() : base(nameof(StreamableConv)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            int kernel = 7, stride = 3, total = kernel - stride;
            int length = (int)x.shape[^1];
            double frames = (length - kernel + total) / (double)stride + 1;
            int ideal = ((int)Math.Ceiling(frames) - 1) * stride + (kernel - total);
            int extra = ideal - length;
            return functional.elu(conv.forward(functional.pad(x, [total, extra], PaddingModes.Reflect)), 1);
        }
    }

    private sealed class StreamableTransposed : Layer
    {
        private readonly ConvTranspose1d conv = ConvTranspose1d(3, 2, 4, stride: 2);

        public StreamableTransposed() : base(nameof(StreamableTransposed)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            int total = 4 - 2, right = (int)Math.Ceiling(total * 1.0), left = total - right;
            var y = conv.forward(x);
            int end = (int)y.shape[^1] - right;
            return y[.., .., left..end];
        }
    }

    private sealed class WNConv1d : Layer
    {
        private readonly Parameter weight_g, weight_v, bias;
        private readonly long padding, dilation;

        public WNConv1d(long channels, long kernel, long padding = 0, long dilation = 1) : base(nameof(WNConv1d))
        {
            (this.padding, this.dilation) = (padding, dilation);
            weight_v = Parameter(randn(channels, channels, kernel));
            (weight_g, bias) = (Parameter(rand(channels, 1, 1) + 0.5), Parameter(zeros(channels)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var norm = weight_v.contiguous().view(weight_v.size(0), -1).norm(1, keepdim: true, p: 2).view(-1, 1, 1);
            return functional.conv1d(x, weight_v * (weight_g / norm), bias, 1, padding, dilation);
        }
    }

    private sealed class Snake1d : Layer
    {
        private readonly Parameter alpha;

        public Snake1d(long channels) : base(nameof(Snake1d))
        {
            alpha = Parameter(ones(1, channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            long[] shape = x.shape;
            x = x.reshape(shape[0], shape[1], -1);
            x = x + (alpha + 1e-9).reciprocal() * sin(alpha * x).pow(2);
            return x.reshape(shape);
        }
    }

    private sealed class ResidualUnit : Layer
    {
        private readonly Sequential block;

        public ResidualUnit(long channels, long dilation) : base($"ResUnit_{channels}_{dilation}")
        {
            block = Sequential(
                new Snake1d(channels), new WNConv1d(channels, 7, 6 * dilation / 2, dilation), new Snake1d(channels),
                new WNConv1d(channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var y = block.forward(x);
            int pad = (int)(x.shape[^1] - y.shape[^1]) / 2;
            if (pad > 0) x = x[.., .., pad..^pad];
            return x.add(y).MoveToOuterDisposeScope();
        }
    }

    private sealed class Quantizer : nn.Module<Tensor, (Tensor Quantized, Tensor Codes)>
    {
        private readonly Conv1d in_proj = Conv1d(4, 2, 1), out_proj = Conv1d(2, 4, 1);
        private readonly Embedding codebook = Embedding(6, 2);

        public Quantizer() : base(nameof(Quantizer)) => RegisterComponents();

        public override (Tensor Quantized, Tensor Codes) forward(Tensor z)
        {
            var latents = in_proj.forward(z);
            var encodings = functional.normalize(latents.permute(0, 2, 1).reshape(-1, 2));
            var table = functional.normalize(codebook.weight!);
            var distance = encodings.pow(2).sum(1, keepdim: true) - 2 * encodings.mm(table.t())
                + table.pow(2).sum(1, keepdim: true).t();
            var codes = (-distance).max(1).indexes.view(latents.size(0), -1);
            var quantized = codebook.weight![codes].transpose(1, 2);
            return (out_proj.forward(latents + (quantized - latents).detach()), codes);
        }
    }

    private sealed class ResidualQuantizer : nn.Module<Tensor, (Tensor Quantized, List<Tensor> Codes)>
    {
        private readonly ModuleList<Quantizer> quantizers = ModuleList(new Quantizer(), new Quantizer());

        public ResidualQuantizer() : base(nameof(ResidualQuantizer)) => RegisterComponents();

        public override (Tensor Quantized, List<Tensor> Codes) forward(Tensor z)
        {
            var (sum, residual, codes) = (zeros_like(z), z.clone(), new List<Tensor>());
            foreach (var quantizer in quantizers)
            {
                var (part, indices) = quantizer.forward(residual);
                sum.add_(part);
                residual.sub_(part);
                codes.Add(indices);
            }
            return (sum, codes);
        }
    }

    private sealed class MelFrontEnd : Layer
    {
        public MelFrontEnd() : base(nameof(MelFrontEnd))
        {
            register_buffer("window", hann_window(16));
            register_buffer("mel", rand(5, 9));
        }

        public override Tensor forward(Tensor x)
        {
            x = cat([x[.., ..1], x[.., 1..] - 0.97 * x[.., ..^1]], 1);
            var padded = functional.pad(x.unsqueeze(1), [6, 6], PaddingModes.Reflect).squeeze(1);
            var spectrum = stft(padded, 16, 4, 16, get_buffer("window")!, center: false, return_complex: true);
            var magnitude = sqrt(view_as_real(spectrum).pow(2).sum(-1) + 1e-9);
            var mel = log(clamp(matmul(get_buffer("mel")!, magnitude), min: 1e-5));
            return (mel - mel.mean([-1], keepdim: true)) / (mel.std(-1, unbiased: false, keepdim: true) + 1e-5);
        }
    }

    private sealed class WhisperEncoder : Layer
    {
        private readonly Conv1d conv1 = Conv1d(4, 8, 3, padding: 1), conv2 = Conv1d(8, 8, 3, stride: 2, padding: 1);
        private readonly LayerNorm ln = LayerNorm(8);
        private readonly Linear query = Linear(8, 8), key = Linear(8, 8, hasBias: false), value = Linear(8, 8);

        public WhisperEncoder() : base(nameof(WhisperEncoder))
        {
            double increment = Math.Log(10000) / 3;
            var angles = arange(32)[.., TensorIndex.None] * exp(-increment * arange(4))[TensorIndex.None, ..];
            register_buffer("positional_embedding", cat([angles.sin(), angles.cos()], dim: 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = functional.gelu(conv2.forward(functional.gelu(conv1.forward(x)))).permute(0, 2, 1);
            x = (x + get_buffer("positional_embedding")![..(int)x.shape[1]]).to(x.dtype);
            var y = ln.forward(x);
            double scale = Math.Pow(4, -0.25);
            Tensor Split(Tensor z) => z.view([.. z.shape[..2], 2, -1]).permute(0, 2, 1, 3);
            var (q, k) = (Split(query.forward(y)) * scale, Split(key.forward(y)).permute(0, 1, 3, 2) * scale);
            var weights = functional.softmax(q.matmul(k).@float(), dim: -1).to(q.dtype);
            return x + weights.matmul(Split(value.forward(y))).permute(0, 2, 1, 3).flatten(start_dim: 2);
        }
    }

    private sealed class Wav2Vec : Layer
    {
        private readonly Sequential features = Sequential(
            Conv1d(1, 4, 10, stride: 5, bias: false), GroupNorm(4, 4), GELU(), Conv1d(4, 8, 3, stride: 2), GELU());
        private readonly Conv1d position = Conv1d(8, 8, 4, padding: 2, groups: 4);
        private readonly LayerNorm norm = LayerNorm(8);

        public Wav2Vec() : base(nameof(Wav2Vec)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = (x - x.mean([1], keepdim: true)) / sqrt(x.var(1, unbiased: false, keepdim: true) + 1e-7);
            x = norm.forward(features.forward(x.unsqueeze(1)).transpose(1, 2));
            var place = position.forward(x.transpose(1, 2));
            place = place[.., .., ..^1];
            return x + functional.gelu(place).transpose(1, 2);
        }
    }

    private sealed class CausalTcn : Layer
    {
        private readonly List<(Conv1d Conv, int Padding)> levels = [];
        private readonly Conv1d downsample = Conv1d(3, 4, 1);

        public CausalTcn() : base(nameof(CausalTcn))
        {
            for (int i = 0; i < 3; i++)
            {
                int dilation = 1 << i;
                levels.Add((Conv1d(i == 0 ? 3 : 4, 4, 2, padding: dilation, dilation: dilation), dilation));
                register_module($"conv{i}", levels[^1].Conv);
            }
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var shortcut = downsample.forward(x);
            foreach (var (conv, padding) in levels)
            {
                x = conv.forward(x);
                x = x[.., .., ..^padding].contiguous().relu();
            }
            return (x + shortcut).relu_();
        }
    }

    private sealed class StatefulLstm : nn.Module<Tensor, (Tensor H, Tensor C), (Tensor, (Tensor H, Tensor C))>
    {
        private readonly LSTM lstm = LSTM(3, 4, numLayers: 2, batchFirst: true);
        private readonly Linear head = Linear(4, 2);

        public StatefulLstm() : base(nameof(StatefulLstm)) => RegisterComponents();

        public override (Tensor, (Tensor H, Tensor C)) forward(Tensor x, (Tensor H, Tensor C) state)
        {
            var (output, h, c) = lstm.call(x, (state.H, state.C));
            return (head.forward(output.flatten(0, 1)).view(x.shape[0], x.shape[1], -1), (h, c));
        }
    }

    private sealed class PackedLstm : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly LSTM lstm = LSTM(3, 4, batchFirst: true, bidirectional: true);

        public PackedLstm() : base(nameof(PackedLstm)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor lengths)
        {
            var packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first: true, enforce_sorted: false);
            var (output, _, _) = lstm.call(packed);
            return nn.utils.rnn.pad_packed_sequence(output, batch_first: true).Item1;
        }
    }

    private sealed class AttentionDecoder : Layer
    {
        private readonly int steps;
        private readonly GRUCell cell = GRUCell(10, 5);
        private readonly Linear score = Linear(10, 5), weight = Linear(5, 1), head = Linear(5, 5);

        public AttentionDecoder(int steps) : base(nameof(AttentionDecoder))
        {
            this.steps = steps;
            RegisterComponents();
        }

        public override Tensor forward(Tensor memory)
        {
            var (hidden, output) = (memory.mean([1]), zeros(memory.shape[0], 5));
            var results = new Tensor[steps];
            for (int i = 0; i < steps; i++)
            {
                var repeated = hidden.unsqueeze(1).repeat(1, memory.size(1), 1);
                var energy = tanh(score.forward(cat([repeated, memory], 2)));
                var weights = functional.softmax(weight.forward(energy).squeeze(2), 1);
                var context = weights.unsqueeze(1).bmm(memory).squeeze(1);
                hidden = cell.forward(cat([output, context], 1), hidden);
                output = results[i] = head.forward(hidden);
            }
            return stack(results, 1);
        }
    }

    private sealed class Viterbi : nn.Module<Tensor, (Tensor Score, Tensor Path)>
    {
        private readonly Parameter transitions = Parameter(randn(4, 4)), start = Parameter(randn(4));

        public Viterbi() : base(nameof(Viterbi)) => RegisterComponents();

        public override (Tensor Score, Tensor Path) forward(Tensor emissions)
        {
            var score = start + emissions[.., 0];
            var history = new Stack<Tensor>();
            for (int t = 1; t < emissions.shape[1]; t++)
            {
                var (values, indexes) = (score.unsqueeze(2) + transitions + emissions[.., t].unsqueeze(1)).max(1);
                history.Push(indexes);
                score = values;
            }
            var (best, tag) = score.max(1);
            var path = new LinkedList<Tensor>([tag]);
            while (history.TryPop(out var back))
            {
                tag = back.gather(1, tag.unsqueeze(1)).squeeze(1);
                path.AddFirst(tag);
            }
            return (best, stack(path, 1));
        }
    }

    private sealed class LengthRegulator() : nn.Module<Tensor, Tensor, Tensor>(nameof(LengthRegulator))
    {
        public override Tensor forward(Tensor x, Tensor durations) => x.repeat_interleave(durations, 1);
    }

    private sealed class GlobalNorm : Layer
    {
        private readonly Parameter gamma, beta;

        public GlobalNorm(long channels) : base(nameof(GlobalNorm))
        {
            (gamma, beta) = (Parameter(ones(1, channels, 1)), Parameter(zeros(1, channels, 1)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var mean = x.mean([1], keepdim: true).mean([2], keepdim: true);
            var variance = (x - mean).pow(2).mean([1], keepdim: true).mean([2], keepdim: true);
            return gamma * (x - mean) / (variance + 1e-8).pow(0.5) + beta;
        }
    }

    private sealed class HiFiGan : Layer
    {
        private readonly ConvTranspose1d up = ConvTranspose1d(4, 4, 4, 2, 1);
        private readonly ModuleList<ModuleList<Conv1d>> resblocks = [];

        public HiFiGan() : base(nameof(HiFiGan))
        {
            foreach (long kernel in (long[])[3, 5])
            {
                resblocks.Add(ModuleList([.. new long[] { 1, 3 }.Select(
                    d => Conv1d(4, 4, kernel, dilation: d, padding: (kernel * d - d) / 2))]));
            }
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = up.forward(functional.leaky_relu(x, 0.1));
            Tensor? xs = null;
            foreach (var convs in resblocks)
            {
                var y = x;
                foreach (var conv in convs) y = conv.forward(functional.leaky_relu(y, 0.1)) + y;
                if (xs is null) xs = y;
                else xs += y;
            }
            return tanh(xs! / resblocks.Count);
        }
    }

    private static Tensor Preemphasis(Tensor x)
    {
        var padded = functional.pad(x, [3, 3], PaddingModes.Reflect);
        var windows = padded.unfold(2, 4, 2);
        return windows.mean([3]) - windows.max(3).values;
    }

    private sealed class Decomposition : Layer
    {
        private readonly AvgPool1d avg = AvgPool1d(5, stride: 1);
        private readonly Linear seasonal = Linear(3, 3), trend = Linear(3, 3);

        public Decomposition() : base(nameof(Decomposition)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (front, end) = (x[.., 0..1, ..].repeat(1, 2, 1), x[.., ^1.., ..].repeat(1, 2, 1));
            var mean = avg.forward(cat([front, x, end], dim: 1).permute(0, 2, 1)).permute(0, 2, 1);
            return seasonal.forward(x - mean) + trend.forward(mean);
        }
    }

    // Each pass sets the fields before it reads them.
    private sealed class RevIn : nn.Module<Tensor, string, Tensor>
    {
        private readonly Parameter affine_weight = Parameter(ones(3)), affine_bias = Parameter(zeros(3));
        private Tensor mean = empty(0), stdev = empty(0);

        public RevIn() : base(nameof(RevIn)) => RegisterComponents();

        public override Tensor forward(Tensor x, string mode)
        {
            switch (mode)
            {
                case "norm":
                    mean = x.mean([1], keepdim: true).detach();
                    stdev = sqrt(x.var(1, keepdim: true, unbiased: false) + 1e-5).detach();
                    return (x - mean) / stdev * affine_weight + affine_bias;
                case "denorm":
                    return (x - affine_bias) / (affine_weight + 1e-10) * stdev + mean;
                default:
                    throw new NotImplementedException();
            }
        }
    }

    private sealed class Forecaster : Layer
    {
        private readonly RevIn revin = new();
        private readonly Linear linear = Linear(12, 4);

        public Forecaster() : base(nameof(Forecaster)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = revin.forward(x, "norm");
            return revin.forward(linear.forward(x.transpose(1, 2)).transpose(1, 2), "denorm");
        }
    }

    private sealed class NBeats : Layer
    {
        private readonly Dictionary<string, (Linear Theta, Tensor Back, Tensor Front)> bases = [];

        public NBeats() : base(nameof(NBeats))
        {
            var (back, front) = (arange(8) / 8.0, arange(3) / 3.0);
            Tensor Trend(Tensor t) => stack(Enumerable.Range(0, 3).Select(i => t.pow(i)).ToList());
            Tensor Waves(Tensor t) => cat([Trend(t).cos(), Trend(2 * Math.PI * t).sin()]);
            bases["trend"] = (Linear(8, 3), Trend(back), Trend(front));
            bases["season"] = (Linear(8, 6), Waves(back), Waves(front));
            foreach (var (name, part) in bases) register_module(name, part.Theta);
        }

        public override Tensor forward(Tensor x)
        {
            var forecast = zeros(x.shape[0], 3);
            foreach (var (theta, back, front) in bases.Values)
            {
                var coefficients = theta.forward(x).relu();
                x = x - coefficients.mm(back);
                forecast = forecast + coefficients.mm(front);
            }
            return forecast;
        }
    }

    private sealed class Time2Vec : Layer
    {
        private readonly Parameter w0 = Parameter(randn(1, 1)), b0 = Parameter(randn(1)), w = Parameter(randn(1, 5)),
            b = Parameter(randn(5));

        public Time2Vec() : base(nameof(Time2Vec)) => RegisterComponents();

        public override Tensor forward(Tensor tau) =>
            concat([matmul(tau, w0) + b0, sin(matmul(tau, w) + b)], -1);
    }

    private sealed class PatchTst : Layer
    {
        private readonly Linear embed = Linear(8, 6), head = Linear(6 * 4, 5);
        private readonly ReplicationPad1d padding = ReplicationPad1d((0, 4));
        private readonly TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(6, 2, 8), 1);

        public PatchTst() : base(nameof(PatchTst)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = padding.forward(x.permute(0, 2, 1));
            var patches = x.unfold(dimension: -1, size: 8, step: 5);
            var (b, channels, n) = (patches.shape[0], patches.shape[1], patches.shape[2]);
            var y = embed.forward(patches.reshape(b * channels, n, 8)).transpose(0, 1);
            y = encoder.call(y, null, null).transpose(0, 1).reshape(b, channels, -1);
            return head.forward(y).permute(0, 2, 1);
        }
    }

    private sealed class ConformerBlock : Layer
    {
        private readonly LayerNorm norm = LayerNorm(8);
        private readonly Sequential ffn1 = Sequential(LayerNorm(8), Linear(8, 16), SiLU(), Dropout(0.1), Linear(16, 8));
        private readonly Sequential conv = Sequential(
            Conv1d(8, 16, 1), GLU(1), Conv1d(8, 8, 5, padding: 2, groups: 8), BatchNorm1d(8), SiLU(), Conv1d(8, 8, 1));
        private readonly MultiheadAttention attention = MultiheadAttention(8, 2);

        public ConformerBlock() : base(nameof(ConformerBlock)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = x + 0.5 * ffn1.forward(x);
            var y = norm.forward(x).transpose(0, 1);
            x = x + attention.call(y, y, y, null, false, null).Item1.transpose(0, 1);
            return norm.forward(x + conv.forward(x.transpose(1, 2)).transpose(1, 2));
        }
    }

    private sealed class CtcHead : nn.Module<Tensor, (Tensor LogProbs, Tensor Best)>
    {
        private readonly Linear fc = Linear(6, 5);

        public CtcHead() : base(nameof(CtcHead)) => RegisterComponents();

        public override (Tensor LogProbs, Tensor Best) forward(Tensor x)
        {
            var logits = functional.log_softmax(fc.forward(x), -1);
            var best = logits.argmax(-1);
            var previous = cat([full_like(best[.., ..1], -1), best[.., ..^1]], 1);
            return (logits.permute(1, 0, 2), best.masked_fill(best == previous, 0));
        }
    }

    private sealed class Augmented : Layer
    {
        private readonly Linear head = Linear(5, 3);

        public Augmented() : base(nameof(Augmented)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            if (training)
            {
                int start = new Random().Next((int)x.shape[1]);
                x = x.clone();
                x[.., start..(start + 1)] = 0;
            }
            return head.forward(x);
        }
    }

    private sealed class QuasiRecurrent : Layer
    {
        private readonly Conv1d conv = Conv1d(4, 9, 2);

        public QuasiRecurrent() : base(nameof(QuasiRecurrent)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var gates = conv.forward(functional.pad(x.transpose(1, 2), [1, 0])).chunk(3, 1);
            var (z, f, o) = (gates[0].tanh(), gates[1].sigmoid(), gates[2].sigmoid());
            var cells = new List<Tensor>();
            Tensor? c = null;
            for (int t = 0; t < x.shape[1]; t++)
            {
                var fresh = (1 - f[.., .., t]) * z[.., .., t];
                c = c is null ? fresh : f[.., .., t] * c + fresh;
                cells.Add(c);
            }
            return (stack(cells, 2) * o).transpose(1, 2);
        }
    }

    private sealed class AttentiveStatistics : Layer
    {
        private readonly Conv1d tdnn = Conv1d(12, 6, 1), conv = Conv1d(6, 4, 1);

        public AttentiveStatistics() : base(nameof(AttentiveStatistics)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            long length = x.shape[^1];
            (Tensor Mean, Tensor Deviation) Statistics(Tensor weights)
            {
                var mean = (weights * x).sum(2);
                return (mean, ((weights * (x - mean.unsqueeze(2)).pow(2)).sum(2)).clamp(1e-12).sqrt());
            }
            var (mean, deviation) = Statistics(ones_like(x) / (float)length);
            var context = cat([x, mean.unsqueeze(2).repeat(1, 1, length), deviation.unsqueeze(2).expand(x.shape)], 1);
            var attention = functional.softmax(conv.forward(tanh(tdnn.forward(context).relu())), 2);
            (mean, deviation) = Statistics(attention);
            return cat(new[] { mean, deviation }, dim: 1).unsqueeze(2);
        }
    }
}
