using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxDigits.Training.Tests;

public class SequentialModelTests
{
    // The input shape, the layer, its parameters, and its outputs by torch's functions or the published formula.
    private static readonly Dictionary<string, LayerCase> LayerCases = new()
    {
        ["conv2d strides"] = new(
            [3, 8, 7], m => m.Conv2D(4, 3, strides: 2, activation: Activation.LeakyRelu), 112, [4, 3, 3],
            (x, w) => leaky_relu(conv2d(x, w[0], w[1], [2L, 2]), 0.3)),
        ["conv2d same"] = new(
            [3, 8, 7], m => m.Conv2D(4, 2, padding: Padding2D.Same, activation: Activation.Gelu), 52, [4, 8, 7],
            (x, w) => gelu(conv2d(pad(x, [0, 1, 0, 1]), w[0], w[1]))),
        ["conv2d dilation, groups"] = new(
            [4, 9, 9],
            m => m.Conv2D(6, 3, padding: Padding2D.Same, dilation: 2, groups: 2, activation: Activation.Tanh),
            114, [6, 9, 9],
            (x, w) => conv2d(x, w[0], w[1], padding: [2L, 2], dilation: [2L, 2], groups: 2).tanh()),
        ["max_pooling2d"] = new([2, 7, 7], m => m.MaxPooling2D(3, strides: 2, Padding2D.Same), 0, [2, 4, 4],
            (x, _) => max_pool2d(x, 3, 2, 1)),
        ["average_pooling2d"] = new([2, 7, 7], m => m.AveragePooling2D(3, strides: 2), 0, [2, 3, 3],
            (x, _) => avg_pool2d(x, 3, 2)),
        ["average_pooling2d same"] = new(
            [2, 7, 7], m => m.AveragePooling2D(3, strides: 2, Padding2D.Same), 0, [2, 4, 4],
            (x, _) => avg_pool2d(x, 3, 2, 1, count_include_pad: false)),
        ["average_pooling2d same, odd border"] = new(
            [2, 8, 7], m => m.AveragePooling2D(2, strides: 1, Padding2D.Same), 0, [2, 8, 7],
            (x, _) => avg_pool2d(pad(x, [0, 1, 0, 1], PaddingModes.Replicate), 2, 1)),
        ["global_average_pooling2d"] = new([5, 4, 3], m => m.GlobalAveragePooling2D(), 0, [5],
            (x, _) => x.mean([2L, 3])),
        ["flatten"] = new([2, 3, 4], m => m.Flatten(), 0, [24], (x, _) => x.reshape(-1, 24)),
        ["dense relu"] = new([5], m => m.Dense(4, Activation.Relu), 24, [4], (x, w) => relu(linear(x, w[0], w[1]))),
        ["dense sigmoid"] = new([5], m => m.Dense(4, Activation.Sigmoid), 24, [4],
            (x, w) => linear(x, w[0], w[1]).sigmoid()),
        ["dense softmax"] = new([5], m => m.Dense(4, Activation.Softmax), 24, [4],
            (x, w) => linear(x, w[0], w[1]).softmax(1)),
        ["dropout"] = new([6], m => m.Dropout(0.5), 0, [6], (x, _) => x),
        ["batch_normalization image"] = new([3, 4, 4], m => m.BatchNormalization(), 6, [3, 4, 4],
            (x, _) => x / Math.Sqrt(1 + 1e-5)),
        ["batch_normalization flat"] = new([3], m => m.BatchNormalization(), 6, [3],
            (x, _) => x / Math.Sqrt(1 + 1e-5)),
        ["layer_normalization image"] = new([3, 4, 4], m => m.LayerNormalization(), 6, [3, 4, 4],
            (x, _) => Normalize(x)),
        ["layer_normalization flat"] = new([6], m => m.LayerNormalization(), 12, [6], (x, _) => Normalize(x)),
        ["re_lu"] = new([6], m => m.Relu(), 0, [6], (x, _) => x.maximum(zeros_like(x))),
        ["leaky_re_lu"] = new([6], m => m.LeakyRelu(0.1), 0, [6], (x, _) => x.maximum(0.1 * x)),
        ["gelu"] = new([6], m => m.Gelu(), 0, [6], (x, _) => x * (1 + erf(x / Math.Sqrt(2))) / 2),
        ["tanh"] = new([6], m => m.Tanh(), 0, [6], (x, _) => x.tanh()),
        ["sigmoid"] = new([6], m => m.Sigmoid(), 0, [6], (x, _) => 1 / (1 + (-x).exp())),
        ["residual"] = new(
            [3, 4, 4], m => m.Residual(block => block.Relu().Conv2D(3, 3, padding: Padding2D.Same)), 84, [3, 4, 4],
            (x, w) => x + conv2d(relu(x), w[0], w[1], padding: [1L, 1])),
        ["added module"] = new([4, 3, 3], m => m.Add(nn.PixelShuffle(2)), 0, [1, 6, 6],
            (x, _) => pixel_shuffle(x, 2)),
    };

    public static TheoryData<string> Layers => [.. LayerCases.Keys];

    // The mistake, and the part of the message that names the layer and what to do.
    private static readonly Dictionary<string, (Action<SequentialModel> Build, string Message)> MistakeCases = new()
    {
        ["kernel"] = (
            m => m.MaxPooling2D(2).Conv2D(4, 15),
            "conv2d has a window of 15×15 pixels, but its input is 14×14×1. Use a smaller window or Padding2D.Same."),
        ["channels last"] = (
            _ => new SequentialModel(28, 28, 1).Conv2D(32, 3), "The input shape needs the channels first: (1, 28, 28)."),
        ["dilation"] = (m => m.Conv2D(4, 5, dilation: 7), "conv2d has a window of 29×29 pixels"),
        ["groups"] = (
            m => m.Conv2D(6, 3).Conv2D(4, 3, groups: 3),
            "conv2d_1 cannot divide 6 input channels and 4 filters into 3 groups"),
        ["flat image layer"] = (
            m => m.Flatten().MaxPooling2D(2),
            "max_pooling2d needs an image of height×width×channels, but its input is 784. Add it before Flatten()."),
        ["dense image"] = (
            m => m.Conv2D(4, 3).Dense(10), "dense needs a flat input, but its input is 26×26×4. Add Flatten() before"),
        ["residual"] = (
            m => m.Residual(block => block.Conv2D(4, 3)), "residual adds 26×26×4 to its input of 28×28×1. End its"),
        ["module"] = (m => m.Add(nn.Conv2d(3, 4, 3)), "conv2d doesn't accept an input of 28×28×1: "),
        ["module without batch"] = (m => m.Add(nn.Flatten(0)), "flatten maps 2 inputs to [1568]. Keep the batch"),
        ["late layer"] = (m => AddAfterUse(m.Flatten()), "Add all layers before you train"),
    };

    public static TheoryData<string> Mistakes => [.. MistakeCases.Keys];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_Added_HasTheShapeParametersAndValuesOfTorchAndIsExported(string layer)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        LayerCase expected = LayerCases[layer];
        using var model = new SequentialModel(expected.Input);
        expected.Add(model);
        Parameter[] weights = [.. model.Logits.parameters()];
        foreach (Parameter weight in weights) weight.add_(0.1 * randn(weight.shape) * (weight.dim() > 1 ? 1 : 0));
        model.Classifier.eval();
        Tensor input = randn([2, .. expected.Input.Select(size => (long)size)]), copy = input.clone();

        Tensor output = model.Classifier.call(input);

        Assert.Equal((expected.Parameters, expected.Parameters),
            (model.ParameterCount, weights.Sum(weight => weight.numel())));
        Assert.Equal(expected.Output, model.OutputShape);
        Assert.Equal(expected.Output.Select(size => (long)size), output.shape[1..]);
        Assert.True(output.allclose(expected.Formula(input, weights), rtol: 1e-5, atol: 1e-6));
        Assert.True(input.Equals(copy), "The layer changed its input.");
        OnnxProgram program = model.ToOnnx([], new OnnxRuntimeRunner());
        Assert.True(program.Report!.Passed, program.Report.ToString());
    }

    // The gradients of a stack in which a ReLU that overwrote its input would break the layer before it.
    [Fact]
    public void Relu_AfterLayersThatNeedTheirOutputs_HasTheGradientsOfTorch()
    {
        using var scope = NewDisposeScope();
        using SequentialModel model = new SequentialModel(4).Tanh().Relu().Sigmoid().Relu().Dropout(0).Relu().Dense(1);
        Tensor input = randn([8, 4], requires_grad: true), expected = input.detach().clone().requires_grad_();
        model.Logits.call(input).sum().backward();
        Parameter[] weights = [.. model.Logits.parameters()];
        linear(relu(expected.tanh()).sigmoid(), weights[0], weights[1]).sum().backward();
        Assert.True(input.grad!.allclose(expected.grad!));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Layer_ThatDoesNotFit_IsRefusedByName(string mistake)
    {
        using var model = new SequentialModel(1, 28, 28);
        (Action<SequentialModel> build, string message) = MistakeCases[mistake];
        var error = Assert.Throws<InvalidOperationException>(() => build(model));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_ArgumentOutOfRange_Throws()
    {
        using var model = new SequentialModel(1, 28, 28);
        Action[] calls =
        [
            () => model.Conv2D(0, 3), () => model.Conv2D(1, 0), () => model.Conv2D(1, 3, strides: 0),
            () => model.Conv2D(1, 3, dilation: 0), () => model.Conv2D(1, 3, groups: 0), () => model.MaxPooling2D(0),
            () => model.Dense(0), () => model.Dropout(1), () => model.Dropout(-0.1),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentOutOfRangeException>(call));
        Assert.Throws<ArgumentException>(() => new SequentialModel());
        Assert.Throws<ArgumentException>(() => new SequentialModel(1, 0, 28));
    }

    [Fact]
    public void Call_NullArgument_NamesIt()
    {
        using var model = new SequentialModel(2);
        (string Name, Action Call)[] calls =
        [
            ("inputShape", () => new SequentialModel(null!)), ("module", () => model.Add(null!)),
            ("addLayers", () => model.Residual(null!)), ("x", () => model.Fit(null!, ones(1, 2))),
            ("y", () => model.Fit(ones(1, 2), null!)), ("x", () => model.Evaluate(null!, ones(1, 2))),
            ("y", () => model.Evaluate(ones(1, 2), null!)), ("x", () => model.Predict(null!)),
            ("weights", () => model.RestoreWeights(null!)), ("images", () => new DigitTensors(null!)),
            ("network", () => new Trainer(null!, Recipe.For("dense"))), ("recipe", () => new Trainer(model, null!)),
            ("network", () => Evaluation.Of(null!, (DigitTensors)null!)),
            ("data", () => Evaluation.Of(model, (DigitTensors)null!)),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentNullException>(call.Name, call.Call));
    }

    [Fact]
    public void Dropout_InTraining_DropsTheRateAndScalesTheOthers()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using SequentialModel model = new SequentialModel(10_000).Dropout(0.2);
        model.Logits.train();
        float[] output = model.Logits.call(ones(1, 10_000)).data<float>().ToArray();
        Assert.InRange(output.Count(value => value == 0), 1_800, 2_200);
        Assert.All(output.Where(value => value != 0), value => Assert.Equal(1.25f, value));
    }

    // As Keras 2.3 prints the convolutional network of the notebook, which starts to count the names at 1.
    [Fact]
    public void Summary_Conv_IsTheTableOfKeras()
    {
        using SequentialModel network = DigitNetworks.Create("conv", seed: 1);
        string[] lines = network.Summary().Split('\n');
        Assert.All(lines[1..^5], line => Assert.Equal(65, line.Length));
        Assert.Equal(
            """
            Model: "conv"
            _________________________________________________________________
            Layer (type)                 Output Shape              Param #
            =================================================================
            conv2d (Conv2D)              (None, 26, 26, 32)        320
            _________________________________________________________________
            max_pooling2d (MaxPooling2D) (None, 13, 13, 32)        0
            _________________________________________________________________
            conv2d_1 (Conv2D)            (None, 11, 11, 64)        18496
            _________________________________________________________________
            max_pooling2d_1 (MaxPooling2 (None, 5, 5, 64)          0
            _________________________________________________________________
            conv2d_2 (Conv2D)            (None, 3, 3, 64)          36928
            _________________________________________________________________
            flatten (Flatten)            (None, 576)               0
            _________________________________________________________________
            dense (Dense)                (None, 64)                36928
            _________________________________________________________________
            dense_1 (Dense)              (None, 10)                650
            =================================================================
            Total params: 93,322
            Trainable params: 93,322
            Non-trainable params: 0
            _________________________________________________________________

            """.ReplaceLineEndings("\n"),
            string.Join('\n', lines.Select(line => line.TrimEnd())));
    }

    [Fact]
    public void Summary_Normalization_CountsTheRunningStatisticsAsNonTrainable()
    {
        using SequentialModel model = new SequentialModel(28 * 28)
            .Dense(512, Activation.Relu).BatchNormalization().Dense(10, Activation.Softmax);
        string[] lines = model.Summary().Split('\n');
        Assert.StartsWith("batch_normalization (BatchNo (None, 512)               2048 ", lines[6]);
        Assert.Equal(
            ["Total params: 409,098", "Trainable params: 408,074", "Non-trainable params: 1,024"], lines[10..13]);
    }

    private static void AddAfterUse(SequentialModel model)
    {
        model.Logits.eval();
        model.Dense(10);
    }

    private static Tensor Normalize(Tensor x)
    {
        Tensor centered = x - x.mean([1L], keepdim: true);
        return centered / (centered.square().mean([1L], keepdim: true) + 1e-3).sqrt();
    }

    private sealed record LayerCase(
        int[] Input, Action<SequentialModel> Add, long Parameters, int[] Output,
        Func<Tensor, Parameter[], Tensor> Formula);
}
