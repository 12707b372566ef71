using TorchSharp.Modules;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Image classifiers and their blocks, from textbooks and papers.</summary>
internal static class VisionNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("mobilenet_v2", () => new MobileNetV2(), 1, 3, 64, 64),
        CorpusModel.Of("vgg", () => new Vgg([4, 0, 8, 8, 0, 8, 0]), 2, 3, 16, 16),
        CorpusModel.Of("alexnet", AlexNet, 2, 3, 63, 63),
        CorpusModel.Of("vgg_half", () => new Vgg([4, 0, 8, 8, 0, 8, 0]), 2, 3, 16, 16) with { HalfPrecision = true },
        CorpusModel.Of("mixer_half", () => new Mixer(), 2, 3, 16, 16) with { HalfPrecision = true },
        CorpusModel.Of("vit", () => new VisionTransformer(), 2, 3, 16, 16),
        CorpusModel.Of("mlp_mixer", () => new Mixer(), 2, 3, 16, 16),
        CorpusModel.Of("resnext_block", () => new ResNeXt(8, 4), 2, 8, 6, 6),
        CorpusModel.Of("coordinate_attention", () => new CoordinateAttention(4), 2, 4, 6, 5),
        CorpusModel.Of("cbam", () => new Cbam(8), 2, 8, 5, 5),
        CorpusModel.Of("non_local", () => new NonLocal(4), 2, 4, 5, 6) with
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3)],
        },
        CorpusModel.Of("aspp", () => new Aspp(4), 2, 4, 9, 9),
        CorpusModel.Of("discriminator", Discriminator, 2, 3, 16, 16),
    ];

    public static Sequential ConvNorm(int channels, int filters, int kernel = 3, int stride = 1, int groups = 1) =>
        nn.Sequential(
            nn.Conv2d(channels, filters, kernel, stride, kernel / 2, groups: groups, bias: false),
            nn.BatchNorm2d(filters), nn.ReLU6());

    private static Sequential AlexNet() => nn.Sequential(
        ("features", nn.Sequential(
            nn.Conv2d(3, 6, 11, 4, 2), nn.ReLU(true), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2),
            nn.Conv2d(6, 8, 5, padding: 2), nn.ReLU(true), nn.MaxPool2d(3, 2))),
        ("pool", nn.AdaptiveAvgPool2d([2, 2])),
        ("head", nn.Sequential(
            nn.Dropout(), nn.Flatten(), nn.Linear(32, 10), nn.ReLU(true), nn.Dropout(), nn.Linear(10, 5))));

    private static Sequential Discriminator() => nn.Sequential(
        nn.Conv2d(3, 4, 4, 2, 1, bias: false), nn.LeakyReLU(0.2, inplace: true),
        nn.Conv2d(4, 8, 4, 2, 1, bias: false), nn.InstanceNorm2d(8, affine: true), nn.LeakyReLU(0.2, inplace: true),
        nn.Conv2d(8, 1, 4, 1, 0, bias: false), nn.Sigmoid());

    // Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, table 2.
    private sealed class MobileNetV2 : Layer
    {
        private readonly Sequential features, classifier;

        public MobileNetV2() : base(nameof(MobileNetV2))
        {
            (int Expansion, int Filters, int Repeats, int Stride)[] table =
            [
                (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                (6, 320, 1, 1),
            ];
            var layers = new List<Layer> { ConvNorm(3, 32, stride: 2) };
            int channels = 32;
            foreach (var (expansion, filters, repeats, stride) in table)
            {
                for (int index = 0; index < repeats; index++)
                {
                    layers.Add(new InvertedResidual(channels, filters, index == 0 ? stride : 1, expansion));
                    channels = filters;
                }
            }

            layers.Add(ConvNorm(channels, 1280, 1));
            features = nn.Sequential(layers);
            classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 10));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => classifier.forward(features.forward(x).mean([2, 3]));
    }

    private sealed class InvertedResidual : Layer
    {
        private readonly Sequential conv;
        private readonly bool useShortcut;

        public InvertedResidual(int channels, int filters, int stride, int expansion) : base(nameof(InvertedResidual))
        {
            int hidden = channels * expansion;
            useShortcut = stride == 1 && channels == filters;
            var layers = new List<Layer>();
            if (expansion != 1) layers.Add(ConvNorm(channels, hidden, 1));
            layers.Add(ConvNorm(hidden, hidden, 3, stride, hidden));
            layers.Add(nn.Conv2d(hidden, filters, 1, bias: false));
            layers.Add(nn.BatchNorm2d(filters));
            conv = nn.Sequential(layers);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => useShortcut ? x + conv.forward(x) : conv.forward(x);
    }

    private sealed class Vgg : Layer
    {
        private readonly Sequential features, classifier;

        public Vgg(int[] plan) : base(nameof(Vgg))
        {
            int channels = 3;
            features = nn.Sequential();
            foreach (int filters in plan)
            {
                if (filters == 0)
                {
                    features.append(nn.MaxPool2d(2, 2));
                    continue;
                }
                features.append(nn.Conv2d(channels, filters, 3, padding: 1)).append(nn.ReLU(inplace: true));
                channels = filters;
            }
            classifier = nn.Sequential(nn.Linear(channels * 4, 10), nn.ReLU(true), nn.Dropout(), nn.Linear(10, 4));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = features.call(x);
            return classifier.call(x.view(x.size(0), -1));
        }
    }

    private sealed class VisionTransformer : Layer
    {
        private readonly Conv2d patches = nn.Conv2d(3, 8, 4, 4);
        private readonly Parameter token = nn.Parameter(randn(1, 1, 8)), positions = nn.Parameter(randn(1, 17, 8));
        private readonly TransformerEncoder encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2);
        private readonly Linear head = nn.Linear(8, 5);

        public VisionTransformer() : base(nameof(VisionTransformer)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = patches.forward(x).flatten(2).transpose(1, 2);
            x = cat([token.expand(x.shape[0], -1, -1), x], 1) + positions;
            x = encoder.call(x.transpose(0, 1), null, null).transpose(0, 1);
            return head.forward(x[.., 0]);
        }
    }

    private sealed class Mixer : Layer
    {
        private readonly Conv2d patches = nn.Conv2d(3, 8, 4, 4);
        private readonly ModuleList<Sequential> tokens = [], channels = [];
        private readonly LayerNorm norm = nn.LayerNorm(8);

        public Mixer() : base(nameof(Mixer))
        {
            for (int layer = 0; layer < 2; layer++)
            {
                tokens.Add(nn.Sequential(nn.Linear(16, 12), nn.GELU(), nn.Linear(12, 16)));
                channels.Add(nn.Sequential(nn.Linear(8, 12), nn.GELU(), nn.Linear(12, 8)));
            }
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = patches.call(x).flatten(2).permute(0, 2, 1);
            foreach (var (mix, expand) in tokens.Zip(channels))
            {
                x = x + mix.call(norm.call(x).mT).mT;
                x = x + expand.call(norm.call(x));
            }
            return x.mean([1]);
        }
    }

    private sealed class ResNeXt : Layer
    {
        private readonly Conv2d reduce, grouped, expand;

        public ResNeXt(int channels, int groups) : base(nameof(ResNeXt))
        {
            (reduce, expand) = (nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1));
            grouped = nn.Conv2d(channels, channels, 3, padding: 1, groups: groups);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => nn.functional.relu(
            x + expand.forward(grouped.forward(reduce.forward(x).relu_()).relu_()), inplace: true);
    }

    private sealed class CoordinateAttention : Layer
    {
        private readonly Conv2d squeeze, rows, columns;

        public CoordinateAttention(int channels) : base(nameof(CoordinateAttention))
        {
            squeeze = nn.Conv2d(channels, 3, 1);
            (rows, columns) = (nn.Conv2d(3, channels, 1), nn.Conv2d(3, channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            long height = x.shape[2], width = x.shape[3];
            var joined = cat([x.mean([3], keepdim: true), x.mean([2], keepdim: true).permute(0, 1, 3, 2)], 2);
            var parts = nn.functional.hardswish(squeeze.call(joined)).split([height, width], 2);
            return x * rows.call(parts[0]).sigmoid() * columns.call(parts[1].transpose(2, 3)).sigmoid();
        }
    }

    private sealed class Cbam : Layer
    {
        private readonly Sequential channel;
        private readonly Conv2d spatial = nn.Conv2d(2, 1, 7, padding: 3, bias: false);

        public Cbam(int channels) : base(nameof(Cbam))
        {
            channel = nn.Sequential(
                nn.Conv2d(channels, channels / 4, 1), nn.ReLU(), nn.Conv2d(channels / 4, channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor[] pooled = [nn.functional.adaptive_avg_pool2d(x, 1), nn.functional.adaptive_max_pool2d(x, [1, 1])];
            x *= pooled.Select(channel.call).Aggregate((sum, next) => sum + next).sigmoid();
            var (largest, _) = x.max(1, keepdim: true);
            return x * spatial.call(cat([x.mean([1], keepdim: true), largest], 1)).sigmoid();
        }
    }

    private sealed class NonLocal : Layer
    {
        private readonly Conv2d query, key, value;

        public NonLocal(int channels) : base(nameof(NonLocal))
        {
            (query, key, value) = (
                nn.Conv2d(channels, 2, 1), nn.Conv2d(channels, 2, 1), nn.Conv2d(channels, channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
            var attention = bmm(
                query.call(x).view(n, -1, h * w).transpose(1, 2), key.call(x).view(n, -1, h * w)).softmax(-1);
            return x + bmm(value.call(x).view(n, c, h * w), attention.transpose(1, 2)).view(n, c, h, w);
        }
    }

    private sealed class Aspp : Layer
    {
        private readonly ModuleDict<Layer> branches = nn.ModuleDict<Layer>();

        public Aspp(int channels) : base(nameof(Aspp))
        {
            foreach (int rate in (int[])[1, 2, 3])
                branches.Add($"rate{rate}", nn.Conv2d(channels, 3, 3, padding: rate, dilation: rate));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var results = new List<Tensor>();
            foreach (string name in (string[])["rate1", "rate2", "rate3"])
            {
                results.Add(branches[name].forward(x).relu());
            }
            results.Add(x.mean([2, 3], keepdim: true).expand(-1, -1, x.shape[2], x.shape[3]));
            return cat(results, 1);
        }
    }
}
