using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace OnnxDigits.Tools.Bench;

/// <summary>Contains the networks whose export is measured, with an example for each.</summary>
internal static class ExportModels
{
    public static IReadOnlyDictionary<string, (Func<Layer> Build, Func<Tensor> Example)> All { get; } =
        new Dictionary<string, (Func<Layer>, Func<Tensor>)>
        {
            ["resnet18"] = (() => torchvision.models.resnet18(), () => randn(1, 3, 224, 224)),
            ["resnet50"] = (() => torchvision.models.resnet50(), () => randn(1, 3, 224, 224)),
            ["yolo"] = (() => new Yolo(), () => randn(1, 3, 640, 640)),
            ["unet"] = (() => new UNet(3, 32, 4), () => randn(1, 3, 256, 256)),
            ["gpt2"] = (() => new Gpt2(12, 768, 12), () => randint(0, Gpt2.Words, [1, 64])),
            ["mlp"] = (
                () => nn.Sequential(Enumerable.Range(0, 10).Select(_ => nn.Linear(3162, 3162)).ToArray()),
                () => randn(1, 3162)),
        };

    private static Sequential ConvNorm(long channels, long filters, int kernel, int stride = 1) => nn.Sequential(
        nn.Conv2d(channels, filters, kernel, stride, kernel / 2, bias: false), nn.BatchNorm2d(filters), nn.SiLU());

    // The shape of YOLOv8n without its anchors, https://github.com/ultralytics/ultralytics.
    private sealed class Yolo : Layer
    {
        private readonly Sequential _stem, _stage3, _stage4, _stage5, _head3, _head4, _head5;
        private readonly Layer _merge4, _merge3;

        public Yolo() : base(nameof(Yolo))
        {
            _stem = nn.Sequential(ConvNorm(3, 16, 3, 2), ConvNorm(16, 32, 3, 2), new Csp(32, 32, 1));
            _stage3 = nn.Sequential(ConvNorm(32, 64, 3, 2), new Csp(64, 64, 2));
            _stage4 = nn.Sequential(ConvNorm(64, 128, 3, 2), new Csp(128, 128, 2));
            _stage5 = nn.Sequential(ConvNorm(128, 256, 3, 2), new Csp(256, 256, 1));
            (_merge4, _merge3) = (new Csp(384, 128, 1), new Csp(192, 64, 1));
            (_head3, _head4, _head5) = (Head(64), Head(128), Head(256));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var third = _stage3.call(_stem.call(x));
            var fourth = _stage4.call(third);
            var fifth = _stage5.call(fourth);
            fourth = _merge4.call(cat([Double(fifth), fourth], 1));
            third = _merge3.call(cat([Double(fourth), third], 1));
            return cat(
                [_head3.call(third).flatten(2), _head4.call(fourth).flatten(2), _head5.call(fifth).flatten(2)], 2);
        }

        private static Tensor Double(Tensor x) =>
            nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

        private static Sequential Head(long channels) =>
            nn.Sequential(ConvNorm(channels, 64, 3), ConvNorm(64, 64, 3), nn.Conv2d(64, 144, 1));
    }

    private sealed class Csp : Layer
    {
        private readonly Sequential _first, _last;
        private readonly ModuleList<Sequential> _blocks;

        public Csp(long channels, long filters, int depth) : base(nameof(Csp))
        {
            _first = ConvNorm(channels, filters, 1);
            _blocks = nn.ModuleList(Enumerable.Range(0, depth).Select(_ =>
                nn.Sequential(ConvNorm(filters / 2, filters / 2, 3), ConvNorm(filters / 2, filters / 2, 3))).ToArray());
            _last = ConvNorm((2 + depth) * (filters / 2), filters, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var parts = _first.call(x).chunk(2, 1).ToList();
            foreach (var block in _blocks) parts.Add(parts[^1] + block.call(parts[^1]));
            return _last.call(cat(parts, 1));
        }
    }

    // Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015.
    private sealed class UNet : Layer
    {
        private readonly Layer _enter, _leave;
        private readonly Layer? _inner;
        private readonly ConvTranspose2d? _up;

        public UNet(long channels, long filters, int depth) : base(nameof(UNet))
        {
            _enter = nn.Sequential(ConvNorm(channels, filters, 3), ConvNorm(filters, filters, 3));
            if (depth > 0)
            {
                _inner = nn.Sequential(nn.MaxPool2d(2), new UNet(filters, 2 * filters, depth - 1));
                _up = nn.ConvTranspose2d(2 * filters, filters, 2, 2);
            }
            _leave = depth > 0
                ? nn.Sequential(ConvNorm(2 * filters, filters, 3), ConvNorm(filters, filters, 3))
                : nn.Identity();
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = _enter.call(x);
            return _leave.call(_inner is null || _up is null ? x : cat([x, _up.call(_inner.call(x))], 1));
        }
    }

    // Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
    private sealed class Gpt2 : Layer
    {
        public const int Words = 50_257;
        private readonly Embedding _words, _places;
        private readonly Sequential _blocks;

        public Gpt2(int depth, long width, long heads) : base(nameof(Gpt2))
        {
            (_words, _places) = (nn.Embedding(Words, width), nn.Embedding(1024, width));
            _blocks = nn.Sequential([
                .. Enumerable.Range(0, depth).Select(_ => new Block(width, heads)), (Layer)nn.LayerNorm(width)]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = _blocks.call(_words.call(x) + _places.call(arange(x.shape[1])));
            return x.matmul(_words.weight!.t());
        }
    }

    private sealed class Block : Layer
    {
        private readonly LayerNorm _before, _between;
        private readonly Linear _joined, _projection;
        private readonly Sequential _feed;
        private readonly long _heads;

        public Block(long width, long heads) : base(nameof(Block))
        {
            _heads = heads;
            (_before, _between) = (nn.LayerNorm(width), nn.LayerNorm(width));
            (_joined, _projection) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            _feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var parts = _joined.call(_before.call(x)).view(x.shape[0], x.shape[1], 3, _heads, -1)
                .permute(2, 0, 3, 1, 4);
            var mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            x = x + _projection.call(mixed.transpose(1, 2).flatten(2));
            return x + _feed.call(_between.call(x));
        }
    }
}
