using TorchSharp.Modules;
using static TorchOnnx.Tests.Corpus.VisionNetworks;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>Networks that return images, boxes or masks.</summary>
internal static class DenseVisionNetworks
{
    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("pyramid_pooling", () => new PyramidPooling(4), 2, 4, 12, 12),
        CorpusModel.Of("segmentation_head", () => new Segmentation(), 2, 3, 16, 16)
            with { Dynamic = [new("H", 0, 2) { MultipleOf = 4 }, new("W", 0, 3) { MultipleOf = 4 }] },
        CorpusModel.Of("espcn", () => new SuperResolution(3), 2, 1, 6, 7)
            with { Dynamic = [new("H", 0, 2), new("W", 0, 3)] },
        CorpusModel.Of("spatial_transformer", () => new SpatialTransformer(), 2, 1, 12, 12) with { Opset = 16 },
        CorpusModel.Of("ghost_module", () => new Ghost(4, 8), 2, 4, 6, 6),
        CorpusModel.Of("csp_stage", () => new Csp(8), 2, 8, 6, 6),
        CorpusModel.Of("dark_residual", () => new Dark(8, 3), 2, 8, 6, 6),
        CorpusModel.Of("detector_decoding", () => new Detector(2, 3), 2, 4, 5, 5),
        CorpusModel.Of("style_transfer", () => new StyleTransfer(), 2, 3, 12, 12),
    ];

    private sealed class PyramidPooling(int channels) : Layer(nameof(PyramidPooling))
    {
        public override Tensor forward(Tensor x)
        {
            long[] size = [.. x.shape.Skip(2)];
            var levels = new long[] { 1, 2, 3, 6 }.Select(bins => nn.functional.interpolate(
                nn.functional.adaptive_avg_pool2d(x, bins), size: size, mode: InterpolationMode.Bilinear,
                align_corners: false));
            return cat([x.narrow(1, 0, channels / 2), .. levels], 1);
        }
    }

    private sealed class Segmentation : Layer
    {
        private readonly Sequential encoder = nn.Sequential(ConvNorm(3, 4, stride: 2), ConvNorm(4, 8, stride: 2));
        private readonly Conv2d head = nn.Conv2d(8, 6, 1);

        public Segmentation() : base(nameof(Segmentation)) => RegisterComponents();

        public override Tensor forward(Tensor x) => nn.functional.interpolate(
            head.call(encoder.call(x)), size: [x.shape[2], x.shape[3]], mode: InterpolationMode.Nearest).argmax(1);
    }

    private sealed class SuperResolution : Layer
    {
        private readonly Conv2d features, upscale;
        private readonly PixelShuffle shuffle;

        public SuperResolution(int factor) : base(nameof(SuperResolution))
        {
            features = nn.Conv2d(1, 4, 5, padding: 2);
            upscale = nn.Conv2d(4, factor * factor, 3, padding: 1);
            shuffle = nn.PixelShuffle(factor);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => shuffle.call(upscale.call(features.call(x).tanh())).clamp(0, 1);
    }

    private sealed class SpatialTransformer : Layer
    {
        private readonly Sequential localisation = nn.Sequential(
            nn.Conv2d(1, 2, 5), nn.MaxPool2d(2), nn.ReLU(true), nn.Flatten(), nn.Linear(32, 6));

        public SpatialTransformer() : base(nameof(SpatialTransformer)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var theta = localisation.call(x).view(-1, 2, 3) * 0.1
                + tensor(new float[] { 1, 0, 0, 0, 1, 0 }).view(1, 2, 3);
            var grid = nn.functional.affine_grid(theta, x.shape, align_corners: false);
            return nn.functional.grid_sample(x, grid, align_corners: false);
        }
    }

    private sealed class Ghost : Layer
    {
        private readonly Layer primary, cheap;

        public Ghost(int channels, int filters) : base(nameof(Ghost))
        {
            (primary, cheap) = (
                ConvNorm(channels, filters / 2, 1), ConvNorm(filters / 2, filters / 2, 3, 1, filters / 2));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var first = primary.call(x);
            return cat([first, cheap.call(first)], dim: 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class Csp : Layer
    {
        private readonly Sequential inner;

        public Csp(int channels) : base(nameof(Csp))
        {
            inner = nn.Sequential(
                Enumerable.Range(0, 2).Select(_ => (Layer)ConvNorm(channels / 2, channels / 2)).ToArray());
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            if (x.chunk(2, 1) is not [var kept, var changed]) throw new InvalidOperationException("two halves");
            return cat([kept, inner.call(changed)], 1);
        }
    }

    private sealed class Dark : Layer
    {
        private readonly ModuleList<Layer> blocks;

        public Dark(int channels, int count) : base(nameof(Dark))
        {
            blocks = nn.ModuleList<Layer>([.. Enumerable.Range(0, count).Select(_ => ConvNorm(channels, channels))]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => blocks.Aggregate(x, (sum, block) => sum + block.call(sum));
    }

    private sealed class Detector : nn.Module<Tensor, (Tensor Boxes, Tensor Scores)>
    {
        private readonly Conv2d head;
        private readonly int anchors, classes;

        public Detector(int anchors, int classes) : base(nameof(Detector))
        {
            (this.anchors, this.classes) = (anchors, classes);
            head = nn.Conv2d(4, anchors * (5 + classes), 1);
            RegisterComponents();
        }

        public override (Tensor Boxes, Tensor Scores) forward(Tensor x)
        {
            var raw = head.call(x);
            long rows = raw.shape[2], columns = raw.shape[3];
            raw = raw.view(-1, anchors, 5 + classes, rows, columns).permute(0, 1, 3, 4, 2);
            var grid = meshgrid([arange(rows), arange(columns)], indexing: "ij");
            var centres = raw[TensorIndex.Ellipsis, TensorIndex.Slice(0, 2)].sigmoid() + stack([grid[1], grid[0]], -1);
            var sizes = raw[TensorIndex.Ellipsis, TensorIndex.Slice(2, 4)].exp();
            var boxes = cat([centres - sizes / 2, centres + sizes / 2], -1).reshape(raw.shape[0], -1, 4);
            var scores = raw[TensorIndex.Ellipsis, 4].sigmoid().unsqueeze(-1)
                * raw[TensorIndex.Ellipsis, TensorIndex.Slice(5)].softmax(-1);
            return (boxes, scores.flatten(1, 3));
        }
    }

    private sealed class StyleTransfer : Layer
    {
        private readonly Sequential layers = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(3, 4, 3, 2), nn.InstanceNorm2d(4, affine: true), nn.ReLU(),
            nn.Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), nn.ReflectionPad2d(1), nn.Conv2d(4, 3, 3));

        public StyleTransfer() : base(nameof(StyleTransfer)) => RegisterComponents();

        public override Tensor forward(Tensor x) => (layers.call(x).tanh() + 1).mul_(127.5).clamp_(0, 255);
    }
}
