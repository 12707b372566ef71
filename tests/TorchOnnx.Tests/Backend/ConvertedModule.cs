using Onnx;
using TorchSharp;

namespace TorchOnnx.Tests.Backend;

/// <summary>Builds the TorchSharp module that a converted case of ONNX was exported from.</summary>
internal sealed class ConvertedModule
{
    private readonly GraphProto _graph;
    private readonly Tensor[] _weights;
    private readonly int _rank;

    private ConvertedModule(GraphProto graph, int rank)
    {
        (_graph, _rank) = (graph, rank);
        _weights = [.. graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float)
            .Select(BackendData.ToTensor)];
    }

    public static nn.Module Build(ModelProto model, int rank) => new ConvertedModule(model.Graph, rank).Build();

    private nn.Module Build() => string.Join(' ', _graph.Node.Select(node => node.OpType)) switch
    {
        "Unsqueeze AveragePool Squeeze" => nn.AvgPool1d(Ints("kernel_shape", node: 1)[0], Ints("strides", node: 1)[0]),
        "AveragePool" when _rank == 4 => nn.AvgPool2d(Ints("kernel_shape"), Ints("strides")),
        "AveragePool" => nn.AvgPool3d(Ints("kernel_shape"), Ints("strides")),
        "MaxPool" => MaxPool(),
        "BatchNormalization" => BatchNorm(),
        "Conv" => Convolution(),
        "ConvTranspose" => TransposedConvolution(),
        "Gemm" or "Transpose MatMul" => WithWeights(nn.Linear(_weights[0].shape[1], _weights[0].shape[0], HasBias)),
        "Gather" => WithWeights(nn.Embedding(_weights[0].shape[0], _weights[0].shape[1])),
        "PRelu" => WithWeights(nn.PReLU(_weights[0].numel())),
        "Pad" => Padding(),
        "Constant Reshape Transpose Constant Reshape" => nn.PixelShuffle(Constant(0).data<long>().ToArray()[2]),
        "Constant Exp Mul Sub" => new Poisson(Constant(0)),
        "Split Sigmoid Mul" => nn.GLU((int)Int("axis")),
        "Abs Constant Add Div" => nn.Softsign(),
        "Neg Softmax" => nn.Softmin(Int("axis", node: 1)),
        "Softmax" => nn.Softmax(Int("axis")),
        "LogSoftmax" => nn.LogSoftmax(Int("axis")),
        "Elu" => nn.ELU(Float("alpha")),
        "LeakyRelu" => nn.LeakyReLU(Float("alpha")),
        "Relu" => nn.ReLU(),
        "Selu" => nn.SELU(),
        "Sigmoid" => nn.Sigmoid(),
        "Softplus" => nn.Softplus(),
        "Tanh" => nn.Tanh(),
        var other => throw new NotSupportedException($"No module is known for {other}."),
    };

    private bool HasBias => _weights.Length > 1;

    private AttributeProto Attribute(string name, int node = 0) =>
        _graph.Node[node].Attribute.Single(attribute => attribute.Name == name);

    private long[] Ints(string name, int node = 0) => [.. Attribute(name, node).Ints];

    private long Int(string name, int node = 0) => Attribute(name, node).I;

    private float Float(string name) => Attribute(name).F;

    private Tensor Constant(int node) => BackendData.ToTensor(Attribute("value", node).T);

    // The cases pad both ends equally.
    private long[] Pads => Ints("pads")[..(_rank - 2)];

    private long[] Dilations =>
        [.. _graph.Node[0].Attribute.FirstOrDefault(attribute => attribute.Name == "dilations")?.Ints
            ?? Enumerable.Repeat(1L, _rank - 2)];

    private nn.Module MaxPool() => _rank switch
    {
        3 => nn.MaxPool1d(Ints("kernel_shape")[0], Ints("strides")[0], Pads[0], Dilations[0]),
        4 => nn.MaxPool2d(Ints("kernel_shape"), Ints("strides"), Pads, Dilations),
        _ => nn.MaxPool3d(Ints("kernel_shape"), Ints("strides"), Pads, Dilations),
    };

    private nn.Module BatchNorm()
    {
        long channels = _weights[0].shape[0];
        return WithWeights(_rank switch
        {
            3 => nn.BatchNorm1d(channels, Float("epsilon")),
            4 => nn.BatchNorm2d(channels, Float("epsilon")),
            _ => nn.BatchNorm3d(channels, Float("epsilon")),
        });
    }

    private nn.Module Convolution()
    {
        var (kernel, strides, groups) = (Ints("kernel_shape"), Ints("strides"), Int("group"));
        var (output, input) = (_weights[0].shape[0], _weights[0].shape[1] * groups);
        return WithWeights(_rank switch
        {
            3 => nn.Conv1d(input, output, kernel[0], strides[0], Pads[0], Dilations[0], groups: groups, bias: HasBias),
            4 => nn.Conv2d(input, output, (kernel[0], kernel[1]), (strides[0], strides[1]), (Pads[0], Pads[1]),
                (Dilations[0], Dilations[1]), groups: groups, bias: HasBias),
            _ => nn.Conv3d(input, output, Triple(kernel), Triple(strides), Triple(Pads), Triple(Dilations),
                groups: groups, bias: HasBias),
        });
    }

    private nn.Module TransposedConvolution()
    {
        var (kernel, strides, extra) = (Ints("kernel_shape"), Ints("strides"), Ints("output_padding"));
        return WithWeights(nn.ConvTranspose2d(
            _weights[0].shape[0], _weights[0].shape[1], (kernel[0], kernel[1]), (strides[0], strides[1]),
            (Pads[0], Pads[1]), (extra[0], extra[1]), bias: HasBias));
    }

    private nn.Module Padding()
    {
        // ONNX lists all starts before all ends; torch starts with the last dimension.
        long[] pads = Ints("pads");
        var sides = (pads[3], pads[7], pads[2], pads[6]);
        return Attribute("mode").S.ToStringUtf8() switch
        {
            "reflect" => nn.ReflectionPad2d(sides),
            "edge" => nn.ReplicationPad2d(sides),
            _ when Float("value") == 0 => nn.ZeroPad2d(sides),
            _ => nn.ConstantPad2d(sides, Float("value")),
        };
    }

    private static (long, long, long) Triple(long[] values) => (values[0], values[1], values[2]);

    // Weight, bias, running mean and running variance have the same order in both formats.
    private nn.Module WithWeights(nn.Module module)
    {
        using var noGrad = no_grad();
        var places = module.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(module.named_buffers()
                .Where(entry => entry.buffer.dim() > 0).Select(entry => (entry.name, entry.buffer)))
            .OrderBy(entry => Array.IndexOf(["weight", "bias", "running_mean", "running_var"], entry.name)).ToList();
        Assert.Equal(_weights.Length, places.Count);
        foreach (var ((_, place), weight) in places.Zip(_weights)) place.copy_(weight);
        return module;
    }

    // The loss without its reduction. The case stores the target as a constant.
    private sealed class Poisson(Tensor target) : nn.Module<Tensor, Tensor>(nameof(Poisson))
    {
        public override Tensor forward(Tensor input) => input.exp() - target * input;
    }
}
