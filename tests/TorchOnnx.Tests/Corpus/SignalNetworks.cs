using TorchSharp;
using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Networks that compute with complex numbers, or write to slices of their features.</summary>
internal static class SignalNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("llama_attention", () => new LlamaAttention(), 2, 5, 8) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("global_filter", () => new GlobalFilter(), 2, 16, 6),
        CorpusModel.Of("fourier_mixer", () => new FourierMixer(), 2, 7, 6) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("spectrogram", () => new Spectrogram(), 2, 64) with { Dynamic = [new("T", 0, 1)] },
        CorpusModel.Of("yolo_head", () => new YoloHead(), 2, 3, 4, 5) with
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3)],
        },
        CorpusModel.Of("coarse_to_fine", () => new CoarseToFine(), 2, 3, 13, 10) with
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3)],
        },
    ];

    private sealed class LlamaAttention : Layer
    {
        private readonly Linear qkv = nn.Linear(8, 24, hasBias: false), output = nn.Linear(8, 8, hasBias: false);

        public LlamaAttention() : base(nameof(LlamaAttention))
        {
            var frequencies = 1 / pow(10_000, arange(0, 4, 2, float32) / 4);
            var angles = outer(arange(512, float32), frequencies);
            register_buffer("freqs_cis", polar(ones_like(angles), angles));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (batch, length) = (x.shape[0], x.shape[1]);
            var parts = qkv.call(x).view(batch, length, 3, 2, 4).unbind(2);
            var frequencies = get_buffer("freqs_cis")![..(int)length].view(1, length, 1, 2);
            var (q, k) = (Turn(parts[0], frequencies), Turn(parts[1], frequencies));
            var mask = full([length, length], float.NegativeInfinity).triu(1);
            var scores = q.transpose(1, 2).matmul(k.transpose(1, 2).transpose(2, 3)) / Math.Sqrt(4) + mask;
            var mixed = scores.softmax(-1).matmul(parts[2].transpose(1, 2));
            return output.call(mixed.transpose(1, 2).contiguous().view(batch, length, -1));
        }

        private static Tensor Turn(Tensor x, Tensor frequencies)
        {
            long[] pairs = [.. x.shape[..^1], -1, 2];
            return view_as_real(view_as_complex(x.to(float32).reshape(pairs)) * frequencies).flatten(3).type_as(x);
        }
    }

    private sealed class GlobalFilter : Layer
    {
        private readonly Parameter complex_weight = nn.Parameter(randn(4, 3, 6, 2) * 0.5);

        public GlobalFilter() : base(nameof(GlobalFilter)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (batch, channels) = (x.shape[0], x.shape[2]);
            x = x.view(batch, 4, 4, channels).to(float32);
            var spectrum = fft.rfft2(x, dim: [1, 2], norm: FFTNormType.Ortho) * view_as_complex(complex_weight);
            x = fft.irfft2(spectrum, [4, 4], [1, 2], FFTNormType.Ortho);
            return x.reshape(batch, 16, channels);
        }
    }

    private sealed class FourierMixer : Layer
    {
        private readonly LayerNorm norm = nn.LayerNorm(6);

        public FourierMixer() : base(nameof(FourierMixer)) => RegisterComponents();

        public override Tensor forward(Tensor x) => norm.call(x + fft.fft_(fft.fft_(x, dim: -1), dim: -2).real);
    }

    private sealed class Spectrogram : Layer
    {
        private readonly Linear head = nn.Linear(9, 3);

        public Spectrogram() : base(nameof(Spectrogram))
        {
            register_buffer("window", hann_window(16));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var spectrum = stft(x, 16, 4, window: get_buffer("window")!, return_complex: true);
            return head.call(log1p(spectrum.abs().pow(2)).mean([2]));
        }
    }

    private sealed class YoloHead : Layer
    {
        private readonly Conv2d conv = nn.Conv2d(3, 2 * 7, 1);

        public YoloHead() : base(nameof(YoloHead)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (batch, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
            var y = conv.call(x).view(batch, 2, 7, height, width).permute(0, 1, 3, 4, 2).contiguous();
            y[.., .., .., .., 0..2].sigmoid_().mul_(2).sub_(0.5);
            y[.., .., .., .., 2..4].sigmoid_().mul_(2).pow_(2);
            y[.., .., .., .., 4..].sigmoid_();
            var columns = arange(width, float32).view(1, 1, 1, -1);
            y[.., .., .., .., 0].add_(columns);
            y.select(4, 1).add_(arange(height, float32).view(1, 1, -1, 1));
            return y.view(batch, -1, 7);
        }
    }

    private sealed class CoarseToFine : Layer
    {
        private readonly Conv2d first = nn.Conv2d(3, 4, 3, 2, 1), second = nn.Conv2d(4, 4, 3, 2, 1);

        public CoarseToFine() : base(nameof(CoarseToFine)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var fine = first.call(x).relu();
            var coarse = second.call(fine).relu();
            return fine + nn.functional.interpolate(coarse, fine.shape[2..]);
        }
    }
}
