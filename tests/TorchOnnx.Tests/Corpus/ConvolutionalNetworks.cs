using TorchSharp.Modules;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Convolutional networks and blocks.</summary>
internal static class ConvolutionalNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("resnet18", () => new ResNet([2, 2, 2, 2]), 1, 3, 64, 64),
        CorpusModel.Of("dense_block", () => new DenseBlock(), 2, 4, 6, 6),
        CorpusModel.Of("inception", () => new Inception(), 2, 4, 6, 6),
        CorpusModel.Of("squeeze_excitation", () => new SqueezeExcitation(8), 2, 8, 5, 5),
        CorpusModel.Of("mbconv", () => new MBConv(), 2, 4, 6, 6),
        CorpusModel.Of("shuffle", () => new ChannelShuffle(), 2, 8, 5, 5),
        CorpusModel.Of("convnext", () => new ConvNeXt(), 2, 4, 7, 7),
        CorpusModel.Of("super_resolution", () => new SuperResolution(), 2, 1, 5, 6),
        CorpusModel.Of("autoencoder", () => new Autoencoder(), 2, 1, 8, 8),
        CorpusModel.Of("unet", () => new UNet(), 1, 1, 16, 16) with
        {
            Dynamic = [new("H", 0, 2) { MultipleOf = 4 }, new("W", 0, 3) { MultipleOf = 4 }],
        },
        CorpusModel.Of("feature_pyramid", () => new FeaturePyramid(), 1, 3, 16, 16),
        new("diffusion_block", () => new DiffusionBlock(), () => [randn(2, 8, 4, 4), randn(2, 6)]),
        new("siamese", () => new Siamese(), () => [randn(2, 1, 8, 8), randn(2, 1, 8, 8)]),
    ];

    private sealed class BasicBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1, conv2;
        private readonly BatchNorm2d bn1, bn2;
        private readonly Sequential? downsample;

        public BasicBlock(long input, long output, long stride) : base(nameof(BasicBlock))
        {
            conv1 = nn.Conv2d(input, output, 3, stride, 1, bias: false);
            bn1 = nn.BatchNorm2d(output);
            conv2 = nn.Conv2d(output, output, 3, 1, 1, bias: false);
            bn2 = nn.BatchNorm2d(output);
            if (stride != 1 || input != output)
                downsample = nn.Sequential(nn.Conv2d(input, output, 1, stride, bias: false), nn.BatchNorm2d(output));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var y = bn1.forward(conv1.forward(x)).relu_();
            y = bn2.forward(conv2.forward(y));
            y += downsample?.forward(x) ?? x;
            return nn.functional.relu(y).MoveToOuterDisposeScope();
        }
    }

    private sealed class ResNet : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias: false), nn.BatchNorm2d(64), nn.ReLU(inplace: true), nn.MaxPool2d(3, 2, 1));
        private readonly ModuleList<Sequential> layers = [];
        private readonly Linear fc = nn.Linear(512, 10);

        public ResNet(int[] depths) : base(nameof(ResNet))
        {
            long width = 64;
            foreach (var (index, depth) in depths.Index())
            {
                long output = 64L << index;
                var blocks = new List<nn.Module<Tensor, Tensor>>();
                for (int block = 0; block < depth; block++)
                    blocks.Add(new BasicBlock(block == 0 ? width : output, output, block == 0 && index > 0 ? 2 : 1));
                layers.Add(nn.Sequential(blocks));
                width = output;
            }
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = stem.call(x);
            foreach (var layer in layers) x = layer.call(x);
            return fc.call(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1));
        }
    }

    private sealed class DenseBlock : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<Conv2d> convs = new(
            [.. Enumerable.Range(0, 3).Select(i => nn.Conv2d(4 + 2 * i, 2, 3, padding: 1))]);

        public DenseBlock() : base(nameof(DenseBlock)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var features = new List<Tensor> { x };
            foreach (var conv in convs) features.Add(conv.call(cat(features, 1).relu()));
            return cat(features, dim: 1);
        }
    }

    private sealed class Inception : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d one = nn.Conv2d(4, 2, 1), three = nn.Conv2d(4, 3, 3, padding: 1),
            five = nn.Conv2d(4, 2, 5, padding: 2);
        private readonly Conv2d pooled = nn.Conv2d(4, 1, 1);

        public Inception() : base(nameof(Inception)) => RegisterComponents();

        public override Tensor forward(Tensor x) => cat(
            new[] { one, three, five }.Select(conv => conv.forward(x).relu())
                .Append(pooled.forward(nn.functional.max_pool2d(x, 3, 1, 1))).ToArray(), 1);
    }

    private sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>
    {
        private readonly Linear squeeze, excite;

        public SqueezeExcitation(long channels) : base(nameof(SqueezeExcitation))
        {
            (squeeze, excite) = (nn.Linear(channels, channels / 4), nn.Linear(channels / 4, channels));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (n, c) = (x.shape[0], x.shape[1]);
            return x * excite.call(squeeze.call(x.mean([2, 3])).relu()).sigmoid().view(n, c, 1, 1);
        }
    }

    private sealed class MBConv : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential expand = nn.Sequential(nn.Conv2d(4, 8, 1), nn.BatchNorm2d(8), nn.SiLU(),
            nn.Conv2d(8, 8, 3, padding: 1, groups: 8), nn.BatchNorm2d(8), nn.SiLU());
        private readonly SqueezeExcitation attention = new(8);
        private readonly Conv2d project = nn.Conv2d(8, 4, 1);

        public MBConv() : base(nameof(MBConv)) => RegisterComponents();

        public override Tensor forward(Tensor x) =>
            project.call(attention.call(expand.call(x))) is var y && y.shape[1] == x.shape[1] ? x + y : y;
    }

    private sealed class ChannelShuffle : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv = nn.Conv2d(4, 4, 3, padding: 1);

        public ChannelShuffle() : base(nameof(ChannelShuffle)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            Tensor[] halves = x.chunk(2, 1);
            return Shuffle(cat([halves[0], conv.call(halves[1])], 1), groups: 2);

            static Tensor Shuffle(Tensor x, long groups) => x.shape is [var n, var c, var h, var w]
                ? x.view(n, groups, c / groups, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
                : throw new ArgumentException($"[{string.Join(", ", x.shape)}] is no image.");
        }
    }

    private sealed class ConvNeXt : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d depthwise = nn.Conv2d(4, 4, 7, padding: 3, groups: 4);
        private readonly LayerNorm norm = nn.LayerNorm(4);
        private readonly Sequential mlp = nn.Sequential(nn.Linear(4, 16), nn.GELU(), nn.Linear(16, 4));
        private readonly Parameter gamma = nn.Parameter(full(4, 0.5f));

        public ConvNeXt() : base(nameof(ConvNeXt)) => RegisterComponents();

        public override Tensor forward(Tensor x) =>
            x + (gamma * mlp.call(norm.call(depthwise.call(x).permute(0, 2, 3, 1)))).permute(0, 3, 1, 2);
    }

    private sealed class SuperResolution : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv = nn.Conv2d(1, 4, 3, padding: 1);

        public SuperResolution() : base(nameof(SuperResolution)) => RegisterComponents();

        public override Tensor forward(Tensor x) => nn.functional.pixel_shuffle(conv.forward(x), 2).clamp(0, 1);
    }

    private sealed class Autoencoder : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(64, 5));
        private readonly Sequential decoder = nn.Sequential(
            nn.Linear(5, 64), nn.Unflatten(1, [4, 4, 4]), nn.ConvTranspose2d(4, 1, 2, 2));

        public Autoencoder() : base(nameof(Autoencoder)) => RegisterComponents();

        public Tensor Encode(Tensor x) => encoder.call(x);

        public override Tensor forward(Tensor x) => decoder.call(Encode(x)).sigmoid();
    }

    private sealed class UNet : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d down1 = nn.Conv2d(1, 2, 3, padding: 1), down2 = nn.Conv2d(2, 4, 3, padding: 1);
        private readonly Conv2d middle = nn.Conv2d(4, 4, 3, padding: 1);
        private readonly ConvTranspose2d up2 = nn.ConvTranspose2d(4, 4, 2, 2), up1 = nn.ConvTranspose2d(4, 2, 2, 2);
        private readonly Conv2d join2 = nn.Conv2d(8, 4, 3, padding: 1), join1 = nn.Conv2d(4, 1, 3, padding: 1);

        public UNet() : base(nameof(UNet)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var skips = new Stack<Tensor>();
            foreach (var down in new[] { down1, down2 })
            {
                x = down.call(x).relu();
                skips.Push(x);
                x = nn.functional.max_pool2d(x, 2);
            }
            x = middle.call(x).relu();
            foreach (var (up, join) in new[] { (up2, join2), (up1, join1) })
                x = join.call(cat([skips.Pop(), up.call(x)], 1));
            return x;
        }
    }

    private sealed class FeaturePyramid : nn.Module<Tensor, Dictionary<string, Tensor>>
    {
        private readonly Conv2d bottom = nn.Conv2d(3, 4, 3, 2, 1), top = nn.Conv2d(4, 4, 3, 2, 1),
            lateral = nn.Conv2d(4, 4, 1);

        public FeaturePyramid() : base(nameof(FeaturePyramid)) => RegisterComponents();

        public override Dictionary<string, Tensor> forward(Tensor x)
        {
            var c1 = bottom.call(x);
            var c2 = top.call(c1);
            var p1 = lateral.call(c1) + nn.functional.interpolate(
                c2, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
            return new() { ["p1"] = p1, ["p2"] = c2 };
        }
    }

    private sealed class DiffusionBlock : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly GroupNorm norm = nn.GroupNorm(2, 8);
        private readonly Conv2d conv = nn.Conv2d(8, 8, 3, padding: 1);
        private readonly Linear time = nn.Linear(6, 16);

        public DiffusionBlock() : base(nameof(DiffusionBlock)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor t)
        {
            var parts = time.call(nn.functional.silu(t)).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
            var (scale, shift) = (parts[0], parts[1]);
            return x + conv.call(nn.functional.silu(norm.call(x) * (1 + scale) + shift));
        }
    }

    private sealed class Siamese : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Sequential tower = nn.Sequential(
            nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 4));

        public Siamese() : base(nameof(Siamese)) => RegisterComponents();

        public override Tensor forward(Tensor left, Tensor right) =>
            (tower.call(left) - tower.call(right)).pow(2).sum(1).sqrt();
    }
}
