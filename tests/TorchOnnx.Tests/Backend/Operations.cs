namespace TorchOnnx.Tests.Backend;

/// <summary>Contains a module and input shapes for each operator case of ONNX.</summary>
internal static class Operations
{
    private static readonly long[] Small = [1, 2, 3, 4];

    public static IReadOnlyDictionary<string, (Func<nn.Module> Build, long[][] Shapes)> All { get; } =
        new Dictionary<string, (Func<nn.Module>, long[][])>
        {
            ["add_broadcast"] = (() => new BinaryLambda((x, y) => x + y), [[2, 3], [3]]),
            ["add_size1_broadcast"] = (() => new BinaryLambda((x, y) => x + y), [[2, 3], [2, 1]]),
            ["add_size1_right_broadcast"] = (() => new BinaryLambda((x, y) => x + y), [[2, 3], [3]]),
            ["add_size1_singleton_broadcast"] = (() => new BinaryLambda((x, y) => x + y), [[2, 3], [1, 3]]),
            ["addconstant"] = (() => new Lambda(x => x + 1), [[2, 3]]),
            ["addmm"] = (
                () => new Three((x, y, z) => [addmm(addmm(z, x, y, 1, 1), x, y, 1, 1)]), [[2, 3], [3, 4], [4]]),
            ["basic"] = (() => new BinaryLambda((x, y) => -sigmoid(tanh(x * (x + y)))), [[1], [1]]),
            ["chunk"] = (() => new MultipleLambda(x => x.chunk(2)), [[3]]),
            ["clip"] = (() => new Lambda(x => clamp(x, -0.5, 0.5)), [[3, 4]]),
            ["concat2"] = (() => new BinaryLambda((x, y) => cat([x, y], 1)), [[2, 3], [2, 3]]),
            ["conv"] = (() => nn.Conv2d(16, 13, 3, bias: false), [[20, 16, 50, 40]]),
            ["convtranspose"] = (() => nn.ConvTranspose2d(3, 3, 3, 3, 1, 2, bias: false), [[2, 3, 4, 5]]),
            ["exp"] = (() => new Lambda(x => x.exp()), [[3, 4]]),
            ["flatten"] = (() => new Lambda(x => x.view(x.shape[0], x.numel() / x.shape[0])), [Small]),
            ["index"] = (() => new Lambda(x => x[0]), [[1, 1]]),
            ["max"] = (() => new BinaryLambda((x, y) => maximum(x, y)), [[3, 4], [3, 4]]),
            ["maxpool"] = (() => nn.MaxPool1d(3, stride: 2), [[20, 16, 50]]),
            ["min"] = (() => new BinaryLambda((x, y) => minimum(x, y)), [[3, 4], [3, 4]]),
            ["mm"] = (() => new BinaryLambda((x, y) => mm(x, y)), [[2, 3], [3, 4]]),
            ["non_float_params"] = (
                () => new WithBuffer(zeros([2, 2], ScalarType.Int64), (x, b) => x * (x + b)), [[2, 2]]),
            ["pad"] = (() => nn.ReflectionPad2d((2, 3, 0, 1)), [[1, 1, 2, 4]]),
            ["params"] = (() => new WithBuffer(zeros(2, 2), (x, b) => -sigmoid(tanh(x * (x + b)))), [[2, 2]]),
            ["permute2"] = (() => new Lambda(x => x.permute(0, 1, 4, 2, 5, 3)), [[1, 1, 1, 1, 1, 1]]),
            ["pow"] = (() => new BinaryLambda((x, y) => x.pow(y)), [Small, Small]),
            ["reduced_mean"] = (() => new Lambda(x => mean(x, [2])), [Small]),
            ["reduced_mean_keepdim"] = (() => new Lambda(x => mean(x, [2], keepdim: true)), [Small]),
            ["reduced_sum"] = (() => new Lambda(x => sum(x, 2)), [Small]),
            ["reduced_sum_keepdim"] = (() => new Lambda(x => sum(x, 2, keepdim: true)), [Small]),
            ["repeat"] = (() => new Lambda(x => x.repeat(1, 2, 3, 4)), [Small]),
            ["repeat_dim_overflow"] = (() => new Lambda(x => x.repeat(1, 2, 3, 4)), [[1, 2]]),
            ["selu"] = (() => new Lambda(x => nn.functional.selu(x)), [Small]),
            ["sqrt"] = (() => new Lambda(x => x.sqrt()), [[3, 4]]),
            ["symbolic_override"] = (() => nn.InstanceNorm2d(10, eps: 1e-9, affine: true), [[2, 10, 32, 32]]),
            ["symbolic_override_nested"] = (() => new Three((x, y, z) => [x + y + z, -x, -y]), [[1], [1], [1]]),
            ["view"] = (() => new Lambda(x => x.unsqueeze(1)), [[1]]),
        };

    private sealed class Three(Func<Tensor, Tensor, Tensor, Tensor[]> function)
        : nn.Module<Tensor, Tensor, Tensor, Tensor[]>(nameof(Three))
    {
        public override Tensor[] forward(Tensor first, Tensor second, Tensor third) => function(first, second, third);
    }

    private sealed class WithBuffer : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor, Tensor> _function;

        public WithBuffer(Tensor buffer, Func<Tensor, Tensor, Tensor> function) : base(nameof(WithBuffer))
        {
            _function = function;
            register_buffer("buffer", buffer);
        }

        public override Tensor forward(Tensor input) => _function(input, get_buffer("buffer")!);
    }
}
