using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchOnnx.Tests.Corpus;

/// <summary>The blocks of SAM, Swin, SegFormer, U-Nets and other networks over images of any size.</summary>
internal static class SegmentationNetworks
{
    private static readonly DynamicDimension[] Size = [new("H", 0, 2), new("W", 0, 3)];

    // The images of transformers keep the channels last.
    private static readonly DynamicDimension[] Grid = [new("H", 0, 1), new("W", 0, 2)];

    private static DynamicDimension[] Multiple(int of) =>
        [new("H", 0, 2) { MultipleOf = of }, new("W", 0, 3) { MultipleOf = of }];

    public static IEnumerable<CorpusModel> All =>
    [
        CorpusModel.Of("sam_window_block", () => new WindowBlock(), 2, 5, 7, 8) with { Dynamic = Grid },
        CorpusModel.Of("sam_window_padding_by_branch", () => new Lambda(BranchingPad), 2, 5, 7, 8) with
        {
            Dynamic = Grid,
        },
        CorpusModel.Of("sam_relative_attention", () => new RelativeAttention(), 2, 4, 6, 8),
        CorpusModel.Of("sam_relative_attention_open", () => new RelativeAttention(), 2, 5, 6, 8) with { Dynamic = Grid },
        new("sam_prompt_encoder", () => new PromptEncoder(),
            () => [randn(2, 3, 2), tensor(new float[] { 1, 0, -1, 1, 1, 0 }).view(2, 3)])
        {
            Dynamic = [new("P", 0, 1), new("P", 1, 1)],
        },
        CorpusModel.Of("sam_dense_positions", () => new DensePositions(), 2, 8, 4, 5) with { Dynamic = Size },
        new("sam_mask_decoder", () => new MaskDecoder(), () => [randn(2, 8, 4, 5), randn(2, 3, 8)])
        {
            Dynamic = Size,
        },
        CorpusModel.Of("hiera_positions", () => new HieraPositions(), 2, 8, 4, 8) with
        {
            Dynamic = [new("H", 0, 1) { MultipleOf = 4 }, new("W", 0, 2) { MultipleOf = 4 }],
        },
        CorpusModel.Of("swin_shifted_block", () => new SwinBlock((8, 8)), 2, 64, 8),
        CorpusModel.Of("swin_mask_from_sizes", () => new Lambda(ShiftMask), 2, 8, 12, 3) with
        {
            Dynamic = [new("H", 0, 1) { MultipleOf = 4 }, new("W", 0, 2) { MultipleOf = 4 }],
        },
        CorpusModel.Of("swin_patch_merging", () => new PatchMerging(), 2, 5, 7, 4) with { Dynamic = Grid },
        CorpusModel.Of("segformer_block", () => new SegFormerBlock(), 2, 8, 6, 4) with { Dynamic = Multiple(2) },
        CorpusModel.Of("segformer_head", () => new SegFormerHead(), 2, 3, 16, 24) with { Dynamic = Size },
        CorpusModel.Of("unet_odd_sizes", () => new UNet(), 1, 1, 13, 18) with { Dynamic = Size },
        CorpusModel.Of("deeplab_head", () => new DeepLab(), 2, 4, 9, 7) with { Dynamic = Size },
        CorpusModel.Of("padded_to_multiple", () => new Lambda(Padded), 2, 3, 9, 13) with { Dynamic = Size },
        CorpusModel.Of("convnext_v2", () => new ConvNeXtV2(), 2, 4, 6, 7) with { Dynamic = Size },
        CorpusModel.Of("mobilevit_patches", () => new MobileVit(), 2, 8, 4, 6) with { Dynamic = Multiple(2) },
        CorpusModel.Of("dynamic_convolution", () => new DynamicConvolution(), 2, 4, 5, 6) with
        {
            Refusal = ("DynamicConvolution.forward", "groups"),
        },
        CorpusModel.Of("fourier_convolution", () => new FourierUnit(), 2, 4, 6, 8),
        new("spade", () => new Spade(), () => [randn(2, 4, 8, 6), randn(2, 3, 16, 12)]) { Dynamic = Size },
        new("optical_flow_warp", () => new BinaryLambda(Warp), () => [randn(2, 3, 6, 8), randn(2, 2, 6, 8)])
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3), new("H", 1, 2), new("W", 1, 3)],
        },
        new("cost_volume", () => new BinaryLambda(CostVolume), () => [randn(2, 4, 5, 9), randn(2, 4, 5, 9)])
        {
            Dynamic = [new("H", 0, 2), new("W", 0, 3) { Min = 3 }, new("H", 1, 2), new("W", 1, 3)],
        },
        CorpusModel.Of("vit_interpolated_positions", () => new FlexibleVit(), 2, 3, 16, 24) with
        {
            Dynamic = Multiple(4),
        },
        CorpusModel.Of("coord_conv", () => new CoordConv(), 2, 3, 6, 5) with { Dynamic = Size },
        CorpusModel.Of("blur_pool", () => new BlurPool(4), 2, 4, 7, 6) with { Dynamic = Size },
        CorpusModel.Of("selective_kernel", () => new SelectiveKernel(), 2, 4, 6, 5) with { Dynamic = Size },
        CorpusModel.Of("attention_pooling", () => new AttentionPool(5 * 4), 2, 8, 5, 4),
        CorpusModel.Of("vae_attention", () => new VaeAttention(), 2, 8, 4, 5) with { Dynamic = Size },
        CorpusModel.Of("guided_filter", () => new Lambda(GuidedFilter), 2, 3, 7, 8) with { Dynamic = Size },
    ];

    private static (Tensor Windows, (long H, long W) Padded) Partition(Tensor x, int window)
    {
        var (b, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        long padH = (window - h % window) % window, padW = (window - w % window) % window;
        x = functional.pad(x, [0, 0, 0, padW, 0, padH]);
        long hp = h + padH, wp = w + padW;
        x = x.view(b, hp / window, window, wp / window, window, c);
        return (x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, window, window, c), (hp, wp));
    }

    private static Tensor Unpartition(Tensor windows, int window, (long, long) padded, (long, long) size)
    {
        var ((h, w), (hp, wp)) = (size, padded);
        long b = windows.shape[0] / (hp * wp / window / window);
        var x = windows.view(b, hp / window, wp / window, window, window, -1);
        x = x.permute(0, 1, 3, 2, 4, 5).contiguous().view(b, hp, wp, -1);
        return x[TensorIndex.Colon, TensorIndex.Slice(null, h), TensorIndex.Slice(null, w), TensorIndex.Colon];
    }

    private static Tensor BranchingPad(Tensor x)
    {
        long padH = (4 - x.shape[1] % 4) % 4, padW = (4 - x.shape[2] % 4) % 4;
        if (padH > 0 || padW > 0) x = functional.pad(x, [0, 0, 0, padW, 0, padH]);
        return x.mean([1, 2]);
    }

    private sealed class WindowBlock : Layer
    {
        private readonly LayerNorm norm1 = LayerNorm(8, eps: 1e-6), norm2 = LayerNorm(8, eps: 1e-6);
        private readonly Linear qkv = Linear(8, 24), proj = Linear(8, 8), lin1 = Linear(8, 16), lin2 = Linear(16, 8);

        public WindowBlock() : base(nameof(WindowBlock)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (shortcut, size) = (x, (x.shape[1], x.shape[2]));
            (x, var padded) = Partition(norm1.forward(x), 3);
            x = shortcut + Unpartition(Attend(x), 3, padded, size);
            return x + lin2.forward(functional.gelu(lin1.forward(norm2.forward(x))));
        }

        private Tensor Attend(Tensor x)
        {
            var (b, h, w) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.forward(x).reshape(b, h * w, 3, 2, -1).permute(2, 0, 3, 1, 4)
                .reshape(3, b * 2, h * w, -1).unbind(0);
            var scores = (parts[0] * Math.Pow(4, -0.5)).matmul(parts[1].transpose(-2, -1)).softmax(-1);
            x = scores.matmul(parts[2]).view(b, 2, h, w, -1).permute(0, 2, 3, 1, 4).reshape(b, h, w, -1);
            return proj.forward(x);
        }
    }

    private sealed class RelativeAttention : Layer
    {
        private readonly Linear qkv = Linear(8, 24);
        private readonly Parameter rel_pos_h = Parameter(randn(2 * 5 - 1, 8)), rel_pos_w = Parameter(randn(11, 8));

        public RelativeAttention() : base(nameof(RelativeAttention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, h, w) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.forward(x).view(b, h * w, 3, 8).unbind(2);
            var r = parts[0].reshape(b, h, w, 8);
            var relH = einsum("bhwc,hkc->bhwk", r, Table(h, h, rel_pos_h));
            var relW = einsum("bhwc,wkc->bhwk", r, Table(w, w, rel_pos_w));
            var scores = parts[0].matmul(parts[1].transpose(-2, -1)).view(b, h, w, h, w)
                + relH.unsqueeze(4) + relW.unsqueeze(3);
            return scores.view(b, h * w, h * w).softmax(-1).matmul(parts[2]).view(b, h, w, 8);
        }

        private static Tensor Table(long q, long k, Tensor table)
        {
            long distance = 2 * Math.Max(q, k) - 1;
            if (table.shape[0] != distance)
            {
                table = functional.interpolate(
                    table.reshape(1, table.shape[0], -1).permute(0, 2, 1), size: [distance],
                    mode: InterpolationMode.Linear, align_corners: false).reshape(-1, distance).permute(1, 0);
            }
            var rows = arange(q).unsqueeze(1) * Math.Max(k / (double)q, 1.0);
            var columns = arange(k).unsqueeze(0) * Math.Max(q / (double)k, 1.0);
            return table[(rows - columns + (k - 1) * Math.Max(q / (double)k, 1.0)).to(int64)];
        }
    }

    private sealed class PromptEncoder : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Parameter gaussian = Parameter(randn(2, 4));
        private readonly Embedding none = Embedding(1, 8);
        private readonly ModuleList<Embedding> points = ModuleList(Embedding(1, 8), Embedding(1, 8));

        public PromptEncoder() : base(nameof(PromptEncoder)) => RegisterComponents();

        public override Tensor forward(Tensor coordinates, Tensor labels)
        {
            coordinates = cat([coordinates + 0.5, zeros(coordinates.shape[0], 1, 2)], 1);
            labels = cat([labels, -ones(labels.shape[0], 1)], 1);
            coordinates[.., .., 0].div_(32);
            coordinates[.., .., 1].div_(24);
            var angles = (2 * coordinates - 1).matmul(gaussian) * (2 * Math.PI);
            var x = cat([angles.sin(), angles.cos()], -1);
            x[labels == -1] = 0.0f;
            x = x + where((labels == -1).unsqueeze(-1), none.weight!, zeros(1));
            for (int i = 0; i < points.Count; i++) x += (labels == i).unsqueeze(-1) * points[i].weight!;
            return x;
        }
    }

    private sealed class DensePositions : Layer
    {
        public DensePositions() : base(nameof(DensePositions)) =>
            register_buffer("positional_encoding_gaussian_matrix", randn(2, 4));

        public override Tensor forward(Tensor x)
        {
            long h = x.shape[2], w = x.shape[3];
            var grid = ones([h, w], dtype: float32);
            var (y, across) = ((grid.cumsum(0) - 0.5f) / h, (grid.cumsum(1) - 0.5f) / w);
            var points = 2 * stack(new[] { across, y }, dim: -1) - 1;
            points = points.matmul(get_buffer("positional_encoding_gaussian_matrix")!) * (2 * (float)Math.PI);
            return x + cat([points.sin(), points.cos()], -1).permute(2, 0, 1).unsqueeze(0);
        }
    }

    private sealed class MaskDecoder : nn.Module<Tensor, Tensor, (Tensor Masks, Tensor Scores)>
    {
        private readonly Embedding masks = Embedding(2, 8), iou = Embedding(1, 8);
        private readonly ConvTranspose2d up1 = ConvTranspose2d(8, 4, 2, 2), up2 = ConvTranspose2d(4, 4, 2, 2);
        private readonly ModuleList<Sequential> hyper = [];
        private readonly Linear quality = Linear(8, 2);
        private readonly LayerNorm2d norm = new(4);

        public MaskDecoder() : base(nameof(MaskDecoder))
        {
            for (int i = 0; i < 2; i++) hyper.Add(Sequential(Linear(8, 8), ReLU(), Linear(8, 4)));
            RegisterComponents();
        }

        public override (Tensor Masks, Tensor Scores) forward(Tensor image, Tensor prompts)
        {
            var tokens = cat([iou.weight!, masks.weight!], 0);
            tokens = tokens.unsqueeze(0).expand(prompts.size(0), -1, -1);
            tokens = cat(new List<Tensor> { tokens, prompts }, dim: 1);
            var (b, c, h, w) = (image.shape[0], image.shape[1], image.shape[2], image.shape[3]);
            var pixels = image.flatten(2).permute(0, 2, 1);
            tokens = tokens + tokens.matmul(pixels.transpose(1, 2)).softmax(-1).matmul(pixels);
            var x = functional.gelu(norm.forward(up1.forward(pixels.transpose(1, 2).view(b, c, h, w))));
            x = functional.gelu(up2.forward(x));
            var weights = stack(hyper.Select((mlp, i) => mlp.forward(tokens[.., 1 + i, ..])).ToList(), 1);
            return (weights.matmul(x.view(b, 4, -1)).view(b, -1, 4 * h, 4 * w), quality.forward(tokens[.., 0, ..]));
        }
    }

    private sealed class LayerNorm2d : Layer
    {
        private readonly Parameter weight, bias;

        public LayerNorm2d(long channels) : base(nameof(LayerNorm2d))
        {
            (weight, bias) = (Parameter(ones(channels)), Parameter(zeros(channels)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var mean = x.mean([1], keepdim: true);
            var variance = (x - mean).pow(2).mean([1], keepdim: true);
            x = (x - mean) / sqrt(variance + 1e-6);
            return weight[.., TensorIndex.None, TensorIndex.None] * x + bias[.., TensorIndex.None, TensorIndex.None];
        }
    }

    private sealed class HieraPositions : Layer
    {
        private readonly Parameter background = Parameter(randn(1, 8, 3, 3)), window = Parameter(randn(1, 8, 4, 4));

        public HieraPositions() : base(nameof(HieraPositions)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            long[] size = [x.shape[1], x.shape[2]];
            var table = functional.interpolate(
                background, size: size, mode: InterpolationMode.Bicubic, align_corners: false);
            long[] tiles = new long[table.shape.Length];
            for (int i = 0; i < tiles.Length; i++) tiles[i] = table.shape[i] / window.shape[i];
            return x + (table + window.tile(tiles)).permute(0, 2, 3, 1);
        }
    }

    private sealed class SwinBlock : Layer
    {
        private readonly (int H, int W) resolution;
        private readonly LayerNorm norm = LayerNorm(8);
        private readonly Linear qkv = Linear(8, 24), proj = Linear(8, 8);
        private readonly Parameter relative_position_bias_table = Parameter(randn(49, 2));
        private readonly Tensor relative_position_index;
        private readonly Tensor? attn_mask;

        public SwinBlock((int H, int W) resolution) : base(nameof(SwinBlock))
        {
            this.resolution = resolution;
            var coordinates = stack(meshgrid([arange(4), arange(4)], indexing: "ij")).flatten(1);
            var relative = (coordinates.unsqueeze(2) - coordinates.unsqueeze(1)).permute(1, 2, 0).contiguous() + 3;
            relative.select(2, 0).mul_(7);
            relative_position_index = relative.sum(-1);
            attn_mask = ShiftMask(zeros(1, resolution.H, resolution.W, 1))[0];
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (b, length, c) = (x.shape[0], x.shape[1], x.shape[2]);
            if (length != resolution.H * resolution.W) throw new ArgumentException("input feature has wrong size");
            var y = roll(norm.forward(x).view(b, resolution.H, resolution.W, c), (-2, -2), (1, 2));
            (y, var padded) = Partition(y, 4);
            y = Attend(y.view(-1, 16, c)).view(-1, 4, 4, c);
            y = roll(Unpartition(y, 4, padded, padded), (2, 2), (1, 2));
            return x + y.reshape(b, length, c);
        }

        private Tensor Attend(Tensor x)
        {
            var (b, n, c) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.forward(x).reshape(b, n, 3, 2, c / 2).permute(2, 0, 3, 1, 4).unbind(0);
            var scores = (parts[0] * Math.Pow(c / 2, -0.5)).matmul(parts[1].transpose(-2, -1));
            var bias = relative_position_bias_table[relative_position_index.view(-1)].view(n, n, -1);
            scores = scores + bias.permute(2, 0, 1).contiguous().unsqueeze(0);
            if (attn_mask is not null)
            {
                long windows = attn_mask.shape[0];
                scores = scores.view(b / windows, windows, 2, n, n) + attn_mask.unsqueeze(1).unsqueeze(0);
                scores = scores.view(-1, 2, n, n);
            }
            return proj.forward(scores.softmax(-1).matmul(parts[2]).transpose(1, 2).reshape(b, n, c));
        }
    }

    private static Tensor ShiftMask(Tensor x)
    {
        var (h, w) = (x.shape[1], x.shape[2]);
        var mask = zeros(1, h, w, 1);
        TensorIndex[] slices = [TensorIndex.Slice(0, -4), TensorIndex.Slice(-4, -2), TensorIndex.Slice(-2, null)];
        int count = 0;
        foreach (var rows in slices)
        {
            foreach (var columns in slices) mask[TensorIndex.Colon, rows, columns, TensorIndex.Colon] = count++;
        }
        var windows = Partition(mask, 4).Windows.view(-1, 16);
        var difference = windows.unsqueeze(1) - windows.unsqueeze(2);
        difference = difference.masked_fill(difference != 0, -100.0f).masked_fill(difference == 0, 0.0f);
        return difference.unsqueeze(0) + x.mean([1, 2, 3]).view(-1, 1, 1, 1);
    }

    private sealed class PatchMerging : Layer
    {
        private readonly LayerNorm norm = LayerNorm(16);
        private readonly Linear reduction = Linear(16, 8, hasBias: false);

        public PatchMerging() : base(nameof(PatchMerging)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            x = functional.pad(x, [0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2]);
            TensorIndex even = TensorIndex.Slice(0, null, 2), odd = TensorIndex.Slice(1, null, 2);
            var all = TensorIndex.Colon;
            x = cat(
                [x[all, even, even, all], x[all, odd, even, all], x[all, even, odd, all], x[all, odd, odd, all]], -1);
            return reduction.forward(norm.forward(x.view(x.shape[0], -1, 16)));
        }
    }

    private sealed class MixFfn : nn.Module<Tensor, long, long, Tensor>
    {
        private readonly Linear fc1 = Linear(8, 12), fc2 = Linear(12, 8);
        private readonly Conv2d depth = Conv2d(12, 12, 3, padding: 1, groups: 12);

        public MixFfn() : base(nameof(MixFfn)) => RegisterComponents();

        public override Tensor forward(Tensor x, long h, long w)
        {
            x = fc1.forward(x);
            var (b, n, c) = (x.shape[0], x.shape[1], x.shape[2]);
            x = depth.forward(x.transpose(1, 2).view(b, c, h, w)).flatten(2).transpose(1, 2);
            return fc2.forward(functional.gelu(x.view(b, n, c)));
        }
    }

    private sealed class SegFormerBlock : Layer
    {
        private readonly LayerNorm norm1 = LayerNorm(8), norm2 = LayerNorm(8), norm = LayerNorm(8);
        private readonly Linear q = Linear(8, 8), kv = Linear(8, 16);
        private readonly Conv2d sr = Conv2d(8, 8, 2, 2);
        private readonly MixFfn mlp = new();

        public SegFormerBlock() : base(nameof(SegFormerBlock)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            long h = x.shape[2], w = x.shape[3];
            x = x.flatten(2).transpose(1, 2);
            x = x + Attend(norm1.forward(x), h, w);
            x = x + mlp.call(norm2.forward(x), h, w);
            return x.reshape(x.shape[0], h, w, -1).permute(0, 3, 1, 2).contiguous();
        }

        private Tensor Attend(Tensor x, long h, long w)
        {
            var (b, n, c) = (x.shape[0], x.shape[1], x.shape[2]);
            var query = q.forward(x).reshape(b, n, 2, c / 2).permute(0, 2, 1, 3);
            var reduced = sr.forward(x.permute(0, 2, 1).reshape(b, c, h, w)).reshape(b, c, -1).permute(0, 2, 1);
            var pair = kv.forward(norm.forward(reduced)).reshape(b, -1, 2, 2, c / 2).permute(2, 0, 3, 1, 4);
            var scores = query.matmul(pair[0].transpose(-2, -1)) * (1 / Math.Sqrt(c / 2));
            return scores.softmax(-1).matmul(pair[1]).transpose(1, 2).reshape(b, n, c);
        }
    }

    private sealed class SegFormerHead : Layer
    {
        private readonly ModuleList<Conv2d> stages = ModuleList(Conv2d(3, 4, 7, 4, 3), Conv2d(4, 6, 3, 2, 1));
        private readonly ModuleList<Linear> linears = ModuleList(Linear(4, 5), Linear(6, 5));
        private readonly Conv2d fuse = Conv2d(10, 3, 1);

        public SegFormerHead() : base(nameof(SegFormerHead)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (h, w) = (x.shape[2], x.shape[3]);
            var outputs = new List<Tensor>();
            foreach (var (stage, linear) in stages.Zip(linears))
            {
                x = stage.forward(x);
                var flat = linear.forward(x.flatten(2).transpose(1, 2)).permute(0, 2, 1);
                outputs.Insert(0, flat.reshape(x.shape[0], -1, x.shape[2], x.shape[3]));
            }
            long[] size = outputs[^1].shape[2..];
            var all = outputs.Select(y => functional.interpolate(
                y, size: size, mode: InterpolationMode.Bilinear, align_corners: false)).ToList();
            return functional.interpolate(
                fuse.forward(cat(all, dim: 1)), size: [h, w], mode: InterpolationMode.Bilinear, align_corners: false);
        }
    }

    private sealed class UNet : Layer
    {
        private readonly Sequential first = Double(1, 4), down = Double(4, 8), join = Double(12, 4);

        public UNet() : base(nameof(UNet)) => RegisterComponents();

        private static Sequential Double(int channels, int filters) => Sequential(
            ("conv1", Conv2d(channels, filters, 3, padding: 1)), ("bn1", BatchNorm2d(filters)),
            ("relu1", ReLU(inplace: true)), ("conv2", Conv2d(filters, filters, 3, padding: 1)), ("relu2", ReLU(true)));

        public override Tensor forward(Tensor x)
        {
            var x1 = first.forward(x);
            var x2 = down.forward(MaxPool2d(2).forward(x1));
            x2 = Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear, align_corners: true).forward(x2);
            long diffY = x1.size(2) - x2.size(2), diffX = x1.size(3) - x2.size(3);
            x2 = functional.pad(x2, [diffX / 2, diffX - diffX / 2, diffY / 2, diffY - diffY / 2]);
            return join.forward(cat([x1, x2], dim: 1));
        }
    }

    private sealed class DeepLab : Layer
    {
        private readonly ModuleList<Layer> branches = ModuleList<Layer>(
            Conv2d(4, 3, 1), Conv2d(4, 3, 3, padding: 2, dilation: 2), Conv2d(4, 3, 3, padding: 4, dilation: 4));
        private readonly Sequential pool = Sequential(AdaptiveAvgPool2d(1), Conv2d(4, 3, 1), ReLU());
        private readonly Conv2d project = Conv2d(12, 2, 1);

        public DeepLab() : base(nameof(DeepLab)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            long[] size = [x.shape[^2], x.shape[^1]];
            List<Tensor> results = [.. branches.Select(branch => branch.call(x))];
            results.Add(functional.interpolate(
                pool.call(x), size, mode: InterpolationMode.Bilinear, align_corners: false));
            return functional.interpolate(
                project.call(cat(results, 1)), scale_factor: [4, 4], mode: InterpolationMode.Bilinear,
                align_corners: false);
        }
    }

    private static Tensor Padded(Tensor x)
    {
        int h = (int)x.shape[2], w = (int)x.shape[3];
        int padH = (int)Math.Ceiling(h / 8.0) * 8 - h, padW = (8 - w % 8) & 7;
        var y = functional.pad(x, [padW / 2, padW - padW / 2, padH / 2, padH - padH / 2], PaddingModes.Constant, 0.5);
        y = functional.avg_pool2d(y, 8, 8);
        y = functional.interpolate(y, scale_factor: [8, 8], mode: InterpolationMode.Nearest);
        return y[.., .., (padH / 2)..(padH / 2 + h), (padW / 2)..(padW / 2 + w)] - x;
    }

    private sealed class ConvNeXtV2 : Layer
    {
        private readonly Conv2d dwconv = Conv2d(4, 4, 7, padding: 3, groups: 4);
        private readonly LayerNorm norm = LayerNorm(4, eps: 1e-6);
        private readonly Linear pwconv1 = Linear(4, 16), pwconv2 = Linear(16, 4);
        private readonly Parameter gamma = Parameter(randn(1, 1, 1, 16)), beta = Parameter(randn(1, 1, 1, 16));

        public ConvNeXtV2() : base(nameof(ConvNeXtV2)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = norm.forward(dwconv.forward(input).permute(0, 2, 3, 1));
            x = functional.gelu(pwconv1.forward(x));
            var gx = linalg.vector_norm(x, 2, [1, 2], keepdim: true);
            x = gamma * (x * (gx / (gx.mean([-1], keepdim: true) + 1e-6))) + beta + x;
            return input + pwconv2.forward(x).permute(0, 3, 1, 2);
        }
    }

    private sealed class MobileVit : Layer
    {
        private readonly Conv2d local = Conv2d(8, 8, 3, padding: 1);
        private readonly TransformerEncoder global = TransformerEncoder(TransformerEncoderLayer(8, 2, 12), 1);

        public MobileVit() : base(nameof(MobileVit)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, d, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            long nh = h / 2, nw = w / 2, n = nh * nw;
            var y = local.forward(x).reshape(b * d * nh, 2, nw, 2).transpose(1, 2).reshape(b, d, n, 4).transpose(1, 3);
            y = y.reshape(b * 4, n, d).transpose(0, 1);
            y = global.forward(y, null, null).transpose(0, 1).contiguous().view(b, 4, n, d).transpose(1, 3);
            return x + y.reshape(b * d * nh, nw, 2, 2).transpose(1, 2).reshape(b, d, h, w);
        }
    }

    // One convolution whose groups are the samples of the batch.
    private sealed class DynamicConvolution : Layer
    {
        private readonly Parameter weight = Parameter(randn([3, 5, 4, 3, 3]));
        private readonly Linear route = Linear(4, 3);

        public DynamicConvolution() : base(nameof(DynamicConvolution)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            var attention = route.forward(x.mean([2, 3])).softmax(1);
            var kernels = attention.matmul(weight.view(3, -1)).view(b * 5, c, 3, 3);
            var y = functional.conv2d(x.view(1, b * c, h, w), kernels, padding: [1, 1], groups: b);
            return y.view(b, 5, h, w);
        }
    }

    private sealed class FourierUnit : Layer
    {
        private readonly Conv2d conv_layer = Conv2d(8, 8, 1, bias: false);
        private readonly BatchNorm2d bn = BatchNorm2d(8);

        public FourierUnit() : base(nameof(FourierUnit)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            long batch = x.shape[0];
            var ffted = fft.rfftn(x, dim: [-2, -1], norm: FFTNormType.Ortho);
            ffted = stack([ffted.real, ffted.imag], -1).permute(0, 1, 4, 2, 3).contiguous();
            ffted = ffted.view(new[] { batch, -1 }.Concat(ffted.shape.Skip(3)).ToArray());
            ffted = functional.relu(bn.forward(conv_layer.forward(ffted)));
            ffted = ffted.view(new[] { batch, -1, 2 }.Concat(ffted.shape.Skip(2)).ToArray()).permute(0, 1, 3, 4, 2)
                .contiguous();
            var spectrum = complex(ffted.select(4, 0), ffted.select(4, 1));
            return fft.irfftn(spectrum, x.shape[^2..], [-2, -1], FFTNormType.Ortho);
        }
    }

    private sealed class Spade : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly InstanceNorm2d norm = InstanceNorm2d(4);
        private readonly Conv2d shared = Conv2d(3, 6, 3, padding: 1), scale = Conv2d(6, 4, 1), shift = Conv2d(6, 4, 1);

        public Spade() : base(nameof(Spade)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor labels)
        {
            labels = functional.interpolate(labels, x.shape[2..], mode: InterpolationMode.Nearest);
            var y = shared.forward(labels).relu();
            return norm.forward(x) * (1 + scale.forward(y)) + shift.forward(y);
        }
    }

    private static Tensor Warp(Tensor x, Tensor flow)
    {
        long h = x.shape[2], w = x.shape[3];
        var (row, column) = (
            linspace(-1, 1, h).view(1, 1, h, 1).expand(x.shape[0], -1, -1, w),
            linspace(-1, 1, w).view(1, 1, 1, w).expand(x.shape[0], -1, h, -1));
        var parts = flow.split(1, 1);
        var move = cat([parts[0] / ((w - 1.0) / 2.0), parts[1] / ((h - 1.0) / 2.0)], 1);
        var grid = (cat([column, row], 1) + move).permute(0, 2, 3, 1);
        return functional.grid_sample(
            x, grid, mode: GridSampleMode.Bilinear, padding_mode: GridSamplePaddingMode.Border, align_corners: true);
    }

    private static Tensor CostVolume(Tensor left, Tensor right)
    {
        var costs = left.new_zeros([left.shape[0], 3, left.shape[2], left.shape[3]]);
        for (int i = 0; i < 3; i++)
        {
            if (i > 0) costs[.., i, .., i..] = (left[.., .., .., i..] * right[.., .., .., ..^i]).mean([1]);
            else costs[.., i] = (left * right).mean([1]);
        }
        return costs.contiguous();
    }

    private sealed class FlexibleVit : Layer
    {
        private readonly Conv2d patches = Conv2d(3, 8, 4, 4);
        private readonly Parameter cls_token = Parameter(randn(1, 1, 8)), pos_embed = Parameter(randn(1, 17, 8));

        public FlexibleVit() : base(nameof(FlexibleVit)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, h, w) = (x.shape[0], x.shape[2] / 4, x.shape[3] / 4);
            x = patches.forward(x).flatten(2).transpose(1, 2);
            x = cat([cls_token.expand(b, -1, -1), x], 1);
            int side = (int)Math.Sqrt(pos_embed.shape[1] - 1);
            var table = functional.interpolate(
                pos_embed[.., 1..].reshape(1, side, side, 8).permute(0, 3, 1, 2), size: [h, w],
                mode: InterpolationMode.Bicubic, align_corners: false);
            return x + cat([pos_embed[.., ..1], table.permute(0, 2, 3, 1).view(1, -1, 8)], 1);
        }
    }

    private sealed class CoordConv : Layer
    {
        private readonly Conv2d conv = Conv2d(6, 4, 3, padding: 1);

        public CoordConv() : base(nameof(CoordConv)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (b, h, w) = (x.shape[0], x.shape[2], x.shape[3]);
            var across = linspace(-1, 1, w).repeat(b, 1, h, 1);
            var down = (arange(h).to(float32) / (h - 1 + 1e-6) * 2 - 1).view(1, 1, h, 1).repeat([b, 1, 1, w]);
            var radius = sqrt(pow(across - 0.5, 2) + pow(down - 0.5, 2));
            return conv.forward(cat([x, across, down, radius], dim: 1));
        }
    }

    private sealed class BlurPool : Layer
    {
        public BlurPool(int channels) : base(nameof(BlurPool))
        {
            var row = tensor(new float[] { 1, 3, 3, 1 });
            var kernel = row[.., TensorIndex.None] * row[TensorIndex.None, ..];
            register_buffer("filt", (kernel / kernel.sum()).repeat(channels, 1, 1, 1));
        }

        public override Tensor forward(Tensor x) => functional.conv2d(
            functional.pad(x, [1, 2, 1, 2], PaddingModes.Replicate), get_buffer("filt")!, strides: [2, 2],
            groups: x.shape[1]);
    }

    private sealed class SelectiveKernel : Layer
    {
        private readonly ModuleList<Conv2d> convs = ModuleList(
            Conv2d(4, 4, 3, padding: 1, groups: 2), Conv2d(4, 4, 5, padding: 2, groups: 2));
        private readonly Linear fc = Linear(4, 3);
        private readonly ModuleList<Linear> fcs = ModuleList(Linear(3, 4), Linear(3, 4));

        public SelectiveKernel() : base(nameof(SelectiveKernel)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            Tensor? feas = null;
            for (int i = 0; i < convs.Count; i++)
            {
                var fea = convs[i].forward(x).unsqueeze_(dim: 1);
                feas = i == 0 ? fea : cat(new[] { feas!, fea }, dim: 1);
            }
            var z = fc.forward(feas!.sum(1).mean(new long[] { -1, -2 }));
            var vectors = stack(fcs.Select(layer => layer.forward(z)), 1).softmax(1);
            return (feas * vectors.unsqueeze(-1).unsqueeze(-1)).sum(dim: 1);
        }
    }

    private sealed class AttentionPool : Layer
    {
        private readonly Parameter positional_embedding;
        private readonly MultiheadAttention attention = MultiheadAttention(8, 2);
        private readonly Linear c_proj = Linear(8, 5);

        public AttentionPool(int area) : base(nameof(AttentionPool))
        {
            positional_embedding = Parameter(randn(area + 1, 8) / 3);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x.flatten(start_dim: 2).permute(2, 0, 1);
            x = cat([x.mean([0], keepdim: true), x], dim: 0) + positional_embedding[.., TensorIndex.None, ..];
            var (pooled, _) = attention.call(x[..1], x, x, null, false, null);
            return c_proj.forward(pooled.squeeze(0));
        }
    }

    private sealed class VaeAttention : Layer
    {
        private readonly GroupNorm norm = GroupNorm(4, 8, eps: 1e-6);
        private readonly Conv2d q = Conv2d(8, 8, 1), k = Conv2d(8, 8, 1), v = Conv2d(8, 8, 1),
            proj_out = Conv2d(8, 8, 1);

        public VaeAttention() : base(nameof(VaeAttention)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            var (y, residue) = (norm.forward(x), x);
            var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
            var query = q.forward(y).reshape(n, c, h * w).permute(0, 2, 1);
            var scores = bmm(query, k.forward(y).reshape(n, c, h * w)) * (float)Math.Pow(c, -0.5);
            scores = functional.softmax(scores, 2);
            y = bmm(v.forward(y).reshape(n, c, h * w), scores.permute(0, 2, 1)).reshape(n, c, h, w);
            return residue + proj_out.forward(y);
        }
    }

    private static Tensor GuidedFilter(Tensor x)
    {
        var guide = x.mean([1], keepdim: true);
        var count = Box(ones([1, 1, x.shape[2], x.shape[3]]));
        var (meanX, meanY) = (Box(guide) / count, Box(x) / count);
        var covariance = Box(guide * x) / count - meanX * meanY;
        var a = covariance / (Box(guide * guide) / count - meanX * meanX + 0.1);
        return (Box(a) * guide + Box(meanY - a * meanX)) / count;

        static Tensor Box(Tensor y)
        {
            var kernel = ones([y.shape[1], 1, 3, 3]);
            return functional.conv2d(y, kernel, padding: [1, 1], groups: y.shape[1]);
        }
    }
}
