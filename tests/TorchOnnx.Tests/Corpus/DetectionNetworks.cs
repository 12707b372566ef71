using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>The blocks of detectors: YOLO v5 to v11, RetinaNet, CenterNet, DETR and feature pyramids.</summary>
internal static class DetectionNetworks
{
    private static readonly DynamicDimension[] Size = [new("H", 0, 2), new("W", 0, 3)];

    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("yolo_fused_convolution", () => new Conv(3, 4, 3, 2), 2, 3, 9, 7) with { Dynamic = Size },
        CorpusModel.Of("yolo_c3_unregistered", () => new C3(4, 6), 2, 4, 5, 6) with
        {
            Dynamic = Size,
            Refusal = ("Conv.forward", "it is in training mode when it is called"),
        },
        CorpusModel.Of("yolo_c2f", () => new C2f(4, 6, 2), 2, 4, 5, 6) with { Dynamic = Size },
        CorpusModel.Of("yolo_sppf", () => new Sppf(4, 6), 2, 4, 5, 6) with { Dynamic = Size },
        CorpusModel.Of("yolo_c2psa", () => new C2Psa(8), 2, 8, 5, 4) with { Dynamic = Size },
        CorpusModel.Of("yolo_focus", () => new Focus(), 2, 3, 8, 6) with
        {
            Dynamic = [new("H", 0, 2) { MultipleOf = 2 }, new("W", 0, 3) { MultipleOf = 2 }],
        },
        CorpusModel.Of("yolo_v8_detect", () => new DetectV8(3), 1, 3, 24, 16) with { Dynamic = Size },
        CorpusModel.Of("yolo_v5_detect", () => new DetectV5(3), 2, 3, 12, 10) with { Dynamic = Size },
        CorpusModel.Of("retinanet_anchors", () => new Anchors(), 2, 3, 16, 12) with { Dynamic = Size },
        CorpusModel.Of("centernet_peaks", () => new Peaks(), 2, 3, 6, 7) with { Dynamic = Size },
        new("detr_sine_positions", () => new SinePositions(), () => [randn(2, 8, 5, 6), zeros(2, 5, 6, @bool)])
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3), new("H", 1, 1), new("W", 1, 2)],
        },
        CorpusModel.Of("fpn_odd_sizes", () => new Fpn(), 2, 3, 19, 22) with { Dynamic = Size },
        CorpusModel.Of("hourglass", () => new Hourglass(2, 4), 2, 4, 8, 12) with
        {
            Dynamic = [new("H", 0, 2) { MultipleOf = 4 }, new("W", 0, 3) { MultipleOf = 4 }],
        },
        CorpusModel.Of("hrnet_exchange", () => new Exchange(), 2, 4, 9, 7) with { Dynamic = Size },
        CorpusModel.Of("text_detection_head", () => new Binarization(), 2, 4, 6, 7) with { Dynamic = Size },
    ];

    /// <summary>Fuses the convolution with its normalization in each pass in eval mode.</summary>
    internal sealed class Conv : Layer
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d bn;
        private readonly Layer act;

        public Conv(int channels, int filters, int kernel = 1, int stride = 1, int groups = 1, Func<Layer>? act = null)
            : base(nameof(Conv))
        {
            conv = Conv2d(channels, filters, kernel, stride, kernel / 2, groups: groups, bias: false);
            bn = BatchNorm2d(filters, eps: 0.001, momentum: 0.03);
            this.act = (act ?? (() => SiLU()))();
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            if (training) return act.forward(bn.forward(conv.forward(x)));
            using (NewDisposeScope())
            using (no_grad())
            {
                using var fused = Conv2d(
                    conv.in_channels, conv.out_channels, (conv.kernel_size[0], conv.kernel_size[1]),
                    (conv.stride[0], conv.stride[1]), (conv.padding![0], conv.padding[1]), groups: conv.groups);
                var scale = diag(bn.weight.div(sqrt(bn.eps + bn.running_var!)));
                fused.weight.copy_(mm(scale, conv.weight.view(conv.out_channels, -1)).view(fused.weight.shape));
                var bias = conv.bias is null ? zeros(conv.weight.shape[0]) : conv.bias;
                var shift = bn.bias! - bn.weight.mul(bn.running_mean!).div(sqrt(bn.running_var! + bn.eps));
                fused.bias!.copy_(mm(scale, bias.reshape(-1, 1)).reshape(-1) + shift);
                return act.forward(fused.forward(x)).MoveToOuterDisposeScope();
            }
        }
    }

    private sealed class Bottleneck : Layer
    {
        private readonly Conv cv1, cv2;
        private readonly bool add;

        public Bottleneck(int channels, bool shortcut, float e = 0.5f) : base(nameof(Bottleneck))
        {
            int c = (int)(channels * e);
            (cv1, cv2, add) = (new Conv(channels, c, 1), new Conv(c, channels, 3), shortcut);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => add ? cv2.forward(cv1.forward(x)) + x : cv2.forward(cv1.forward(x));
    }

    // Without RegisterComponents, eval() doesn't reach the convolutions.
    private sealed class C3 : Layer
    {
        private readonly Conv cv1, cv2, cv3;
        private readonly Sequential m;

        public C3(int channels, int filters) : base(nameof(C3))
        {
            int c = filters / 2;
            (cv1, cv2, cv3) = (new Conv(channels, c), new Conv(channels, c), new Conv(2 * c, filters));
            m = Sequential(Enumerable.Range(0, 2).Select(_ => (Layer)new Bottleneck(c, shortcut: true, 1f)).ToArray());
        }

        public override Tensor forward(Tensor x) =>
            cv3.forward(cat(new Tensor[] { m.forward(cv1.forward(x)), cv2.forward(x) }, 1));
    }

    private sealed class C2f : Layer
    {
        private readonly Conv cv1, cv2;
        private readonly Sequential m;

        public C2f(int channels, int filters, int n) : base(nameof(C2f))
        {
            int c = filters / 2;
            (cv1, cv2, m) = (new Conv(channels, 2 * c), new Conv((2 + n) * c, filters), Sequential());
            for (int i = 0; i < n; i++) m = m.append(new Bottleneck(c, shortcut: false, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var _ = NewDisposeScope();
            var y = cv1.forward(x).chunk(2, 1).ToList();
            for (int i = 0; i < m.Count; i++) y.Add(m[i].call(y.Last()));
            return cv2.forward(cat(y, 1)).MoveToOuterDisposeScope();
        }
    }

    private sealed class Sppf : Layer
    {
        private readonly Conv cv1, cv2;
        private readonly MaxPool2d m;

        public Sppf(int channels, int filters) : base(nameof(Sppf))
        {
            (cv1, cv2) = (new Conv(channels, channels / 2), new Conv(channels * 2, filters));
            m = MaxPool2d(5, stride: 1, padding: 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var _ = NewDisposeScope();
            x = cv1.forward(x);
            Tensor y1 = m.forward(x), y2 = m.forward(y1);
            return cv2.forward(cat(new[] { x, y1, y2, m.forward(y2) }, 1)).MoveToOuterDisposeScope();
        }
    }

    private sealed class C2Psa : Layer
    {
        private readonly int c, heads = 2, head = 2, key = 1;
        private readonly Conv cv1, cv2, qkv, proj, pe;

        public C2Psa(int channels) : base(nameof(C2Psa))
        {
            c = channels / 2;
            (cv1, cv2, qkv) = (new Conv(channels, 2 * c), new Conv(2 * c, channels), new Conv(c, c + 2 * key * heads));
            (proj, pe) = (new Conv(c, c), new Conv(c, c, 3, groups: c));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor[] halves = cv1.forward(x).split(new long[] { c, c }, dim: 1);
            return cv2.forward(cat(new[] { halves[0], halves[1] + Attend(halves[1]) }, 1));
        }

        private Tensor Attend(Tensor x)
        {
            long b = x.shape[0], channels = x.shape[1], h = x.shape[2], w = x.shape[3];
            long n = h * w;
            Tensor[] mix = qkv.forward(x).view(b, heads, key * 2 + head, n)
                .split(new long[] { key, key, head }, dim: 2);
            Tensor q = mix[0], k = mix[1], v = mix[2];
            var attention = (q.transpose(-2, -1).matmul(k) * (float)Math.Pow(key + 1, -0.5)).softmax(dim: -1);
            x = v.matmul(attention.transpose(-2, -1)).view(b, channels, h, w)
                + pe.forward(v.reshape(b, channels, h, w));
            return proj.forward(x);
        }
    }

    private sealed class Focus : Layer
    {
        private readonly Conv conv = new(12, 4, 3);

        public Focus() : base(nameof(Focus)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            TensorIndex even = TensorIndex.Slice(0, null, 2), odd = TensorIndex.Slice(1, null, 2);
            var all = TensorIndex.Ellipsis;
            return conv.forward(cat([x[all, even, even], x[all, odd, even], x[all, even, odd], x[all, odd, odd]], 1));
        }
    }

    // Anchor points and strides are kept until the shape of the features changes.
    private sealed class DetectV8 : nn.Module<Tensor, Tensor[]>
    {
        private readonly int nc, regMax = 4;
        private readonly long[] strides = [4, 8];
        private readonly ModuleList<Conv> stages;
        private readonly ModuleList<Sequential> cv2 = [], cv3 = [];
        private readonly Conv2d dfl = Conv2d(4, 1, 1, bias: false);
        private long[]? shape;
        private Tensor anchors = empty(0), scales = empty(0);

        public DetectV8(int nc) : base(nameof(DetectV8))
        {
            this.nc = nc;
            stages = ModuleList(new Conv(3, 4, 3, 4), new Conv(4, 4, 3, 2));
            foreach (long _ in strides)
            {
                cv2.append(Sequential(new Conv(4, 4, 3), Conv2d(4, 4 * regMax, 1)));
                cv3.append(Sequential(new Conv(4, 4, 3), Conv2d(4, nc, 1)));
            }
            using (no_grad()) dfl.weight.copy_(arange(regMax, float32).view(1, regMax, 1, 1));
            RegisterComponents();
        }

        public override Tensor[] forward(Tensor x)
        {
            var maps = new List<Tensor>();
            for (int i = 0; i < stages.Count; i++)
            {
                x = stages[i].forward(x);
                maps.Add(cat(new[] { cv2[i].forward(x), cv3[i].forward(x) }, 1));
            }
            if (shape is null || !shape.SequenceEqual(maps[0].shape))
            {
                (anchors, scales) = Points(maps);
                shape = maps[0].shape;
            }
            long batch = maps[0].shape[0];
            var parts = cat(maps.Select(map => map.view(batch, nc + regMax * 4, -1)).ToArray(), 2)
                .split([regMax * 4, nc], 1);
            var (box, cls) = (parts[0], parts[1]);
            var distance = dfl.forward(box.view(batch, 4, regMax, box.shape[2]).transpose(2, 1).softmax(1))
                .view(batch, 4, -1).chunk(2, 1);
            var (low, high) = (anchors.unsqueeze(0) - distance[0], anchors.unsqueeze(0) + distance[1]);
            var boxes = cat([(low + high) / 2, high - low], 1) * scales;
            return [cat([boxes, cls.sigmoid()], 1), .. maps];
        }

        private (Tensor, Tensor) Points(List<Tensor> maps)
        {
            var (points, scale) = (new List<Tensor>(), new List<Tensor>());
            for (int i = 0; i < maps.Count; i++)
            {
                long h = maps[i].shape[2], w = maps[i].shape[3];
                var grid = meshgrid([arange(h) + 0.5f, arange(w) + 0.5f], indexing: "ij");
                points.Add(stack([grid[1], grid[0]], -1).view(-1, 2));
                scale.Add(full([h * w, 1], strides[i], dtype: float32));
            }
            return (cat(points).transpose(0, 1), cat(scale).transpose(0, 1));
        }
    }

    private sealed class DetectV5 : Layer
    {
        private readonly int na = 2, no;
        private readonly ModuleList<Conv2d> m;
        private readonly Tensor[] grid = [zeros(1), zeros(1)], anchorGrid = [zeros(1), zeros(1)];
        private readonly float[][] anchors = [[1.25f, 1.625f, 2, 3.75f], [1.9f, 3.8f, 3.9f, 2.8f]];

        public DetectV5(int classes) : base(nameof(DetectV5))
        {
            no = classes + 5;
            m = ModuleList(Conv2d(3, na * no, 3, 2, 1), Conv2d(3, na * no, 3, 4, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var z = new List<Tensor>();
            for (int i = 0; i < m.Count; i++)
            {
                var y = m[i].forward(x);
                long bs = y.shape[0], ny = y.shape[2], nx = y.shape[3];
                y = y.view(bs, na, no, ny, nx).permute(0, 1, 3, 4, 2).contiguous();
                if (grid[i].shape.Length != 5 || grid[i].shape[2] != ny || grid[i].shape[3] != nx)
                {
                    (grid[i], anchorGrid[i]) = MakeGrid(nx, ny, i);
                }
                Tensor[] parts = y.sigmoid().split([2, 2, no - 4], 4);
                var xy = (parts[0] * 2 + grid[i]) * (2 << i);
                var wh = (parts[1] * 2).pow(2) * anchorGrid[i];
                z.Add(cat([xy, wh, parts[2]], 4).view(bs, na * nx * ny, no));
            }
            return cat(z, 1);
        }

        private (Tensor, Tensor) MakeGrid(long nx, long ny, int i)
        {
            var grids = meshgrid([arange(ny, float32), arange(nx, float32)], indexing: "ij");
            return (
                stack([grids[1], grids[0]], 2).expand(1, na, ny, nx, 2) - 0.5f,
                (tensor(anchors[i]) * (2 << i)).view(1, na, 1, 1, 2).expand(1, na, ny, nx, 2));
        }
    }

    private sealed class Anchors : nn.Module<Tensor, (Tensor Scores, Tensor Boxes)>
    {
        private readonly Conv2d stem = Conv2d(3, 4, 3, 2, 1), head = Conv2d(4, 2, 1);
        private readonly Dictionary<(long, long), Tensor> cache = [];

        public Anchors() : base(nameof(Anchors)) => RegisterComponents();

        public override (Tensor Scores, Tensor Boxes) forward(Tensor x)
        {
            var y = stem.forward(x).relu();
            var key = (y.shape[2], y.shape[3]);
            if (!cache.TryGetValue(key, out var boxes))
            {
                cache[key] = boxes = Make((double)x.shape[2] / y.shape[2], (double)x.shape[3] / y.shape[3], key);
            }
            return (head.forward(y).permute(0, 2, 3, 1).reshape(x.shape[0], -1), boxes);
        }

        private static Tensor Make(double down, double across, (long H, long W) size)
        {
            var (y, x) = ((arange(size.H) + 0.5) * down, (arange(size.W) + 0.5) * across);
            var grid = meshgrid([y, x], indexing: "ij");
            var centres = stack([grid[1], grid[0], grid[1], grid[0]], -1).reshape(-1, 1, 4);
            var corners = tensor(new float[] { -4, -2, 4, 2, -2, -4, 2, 4 }).view(1, 2, 4);
            return (centres + corners).view(-1, 4);
        }
    }

    private sealed class Peaks : nn.Module<Tensor, (Tensor, Tensor, Tensor)>
    {
        private readonly Conv2d heat = Conv2d(3, 2, 3, padding: 1), offset = Conv2d(3, 2, 1);

        public Peaks() : base(nameof(Peaks)) => RegisterComponents();

        public override (Tensor, Tensor, Tensor) forward(Tensor x)
        {
            var scores = heat.forward(x).sigmoid();
            scores = scores * functional.max_pool2d(scores, 3, 1, 1).eq(scores);
            long batch = scores.shape[0], area = scores.shape[2] * scores.shape[3], width = scores.shape[3];
            var (best, index) = scores.view(batch, -1).topk(3, 1);
            var place = index % area;
            var (row, column) = (place.div(width, RoundingMode.floor), place % width);
            var shifts = offset.forward(x).view(batch, 2, -1).permute(0, 2, 1)
                .gather(1, place.unsqueeze(2).expand(batch, 3, 2));
            return (best, index.div(area, RoundingMode.floor), stack([column, row], 2) + shifts);
        }
    }

    private sealed class SinePositions() : nn.Module<Tensor, Tensor, Tensor>(nameof(SinePositions))
    {
        public override Tensor forward(Tensor x, Tensor mask)
        {
            var free = mask.logical_not();
            var (y, across) = (free.cumsum(1, float32), free.cumsum(2, float32));
            y = y / (y[.., ^1.., ..] + 1e-6) * (2 * Math.PI);
            across = across / (across[.., .., ^1..] + 1e-6) * (2 * Math.PI);
            var steps = arange(4, float32);
            steps = pow(10000, 2 * steps.div(2, RoundingMode.floor) / 4);
            return x + cat([Waves(y.unsqueeze(3) / steps), Waves(across.unsqueeze(3) / steps)], 3).permute(0, 3, 1, 2);
        }

        private static Tensor Waves(Tensor x)
        {
            var all = TensorIndex.Ellipsis;
            return stack([x[all, TensorIndex.Slice(0, null, 2)].sin(), x[all, TensorIndex.Slice(1, null, 2)].cos()], 4)
                .flatten(3);
        }
    }

    private sealed class Fpn : nn.Module<Tensor, List<Tensor>>
    {
        private readonly ModuleList<Conv2d> down = [], lateral = [], smooth = [];

        public Fpn() : base(nameof(Fpn))
        {
            foreach (int channels in (int[])[3, 4, 6])
            {
                down.Add(Conv2d(channels, channels == 3 ? 4 : channels + 2, 3, 2, 1));
                lateral.Add(Conv2d(channels == 3 ? 4 : channels + 2, 5, 1));
                smooth.Add(Conv2d(5, 5, 3, padding: 1));
            }
            RegisterComponents();
        }

        public override List<Tensor> forward(Tensor x)
        {
            var levels = new List<Tensor>();
            foreach (var (step, side) in down.Zip(lateral))
            {
                x = step.forward(x).relu();
                levels.Add(side.forward(x));
            }
            for (int i = levels.Count - 1; i > 0; i--)
            {
                levels[i - 1] += functional.interpolate(
                    levels[i], size: levels[i - 1].shape[2..], mode: InterpolationMode.Nearest);
            }
            return levels.Select((level, i) => smooth[i].forward(level)).ToList();
        }
    }

    private sealed class Hourglass : Layer
    {
        private readonly Conv up, low1, low3;
        private readonly Layer low2;

        public Hourglass(int depth, int channels) : base(nameof(Hourglass))
        {
            (up, low1, low3) = (new(channels, channels, 3), new(channels, channels, 3), new(channels, channels, 3));
            low2 = depth > 1 ? new Hourglass(depth - 1, channels) : new Conv(channels, channels);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var low = low3.forward(low2.forward(low1.forward(functional.max_pool2d(x, 2, 2))));
            return up.forward(x) + functional.interpolate(low, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        }
    }

    // Nested lists of modules, some of which are null.
    private sealed class Exchange() : Layer(nameof(Exchange))
    {
        private readonly List<List<Layer?>> fuse =
        [
            [null, Conv2d(6, 4, 1)],
            [Sequential(Conv2d(4, 6, 3, 2, 1), ReLU()), null],
        ];

        private readonly (Layer Wide, Layer Narrow) stem = (Conv2d(4, 4, 1), Conv2d(4, 6, 3, 2, 1));

        public override Tensor forward(Tensor x)
        {
            Tensor[] branches = [stem.Wide.forward(x), stem.Narrow.forward(x)];
            var fused = fuse.Select((row, i) => row.Select((layer, j) => layer is null
                ? branches[j]
                : j > i
                    ? functional.interpolate(
                        layer.forward(branches[j]), branches[i].shape[^2..], mode: InterpolationMode.Bilinear,
                        align_corners: false)
                    : layer.forward(branches[j])).Aggregate((a, b) => a + b).relu()).ToArray();
            return fused[0].mean([2, 3]) + fused[1].mean([2, 3])[.., ..4];
        }
    }

    private sealed class Binarization : Layer
    {
        private readonly Sequential shrink = Head(), threshold = Head();

        public Binarization() : base(nameof(Binarization)) => RegisterComponents();

        private static Sequential Head() => Sequential(
            Conv2d(4, 2, 3, padding: 1, bias: false), BatchNorm2d(2), ReLU(inplace: true),
            ConvTranspose2d(2, 2, 2, 2), BatchNorm2d(2), ReLU(inplace: true), ConvTranspose2d(2, 1, 2, 2), Sigmoid());

        public override Tensor forward(Tensor x)
        {
            var (maps, limits) = (shrink.forward(x), threshold.forward(x));
            var binary = reciprocal(1 + exp(-50 * (maps - limits)));
            return cat([maps, limits, binary], 1);
        }
    }
}
