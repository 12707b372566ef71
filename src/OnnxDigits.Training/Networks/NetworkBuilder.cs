using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxDigits.Training.Networks;

/// <summary>Builds a network from a stack of layers, like Keras' <c>Sequential</c>.</summary>
/// <remarks>
/// Each layer takes its input shape from the layer before. The defaults are Keras': Glorot-uniform kernels (Glorot and
/// Bengio, 2010), zero biases and <c>valid</c> padding. The stride is 1 for convolutions and the window's size for
/// pooling. torch's global generator draws the kernels; seed it before you build a network.
/// </remarks>
/// <example>
/// <code>
/// DigitNetwork network = new NetworkBuilder(channels: 1, height: 28, width: 28)
///     .Conv2D(32, kernel: 3, relu: true)
///     .MaxPooling2D(2)
///     .Flatten()
///     .Dense(10)
///     .Build("small");
/// </code>
/// </example>
public sealed class NetworkBuilder
{
    private readonly List<(string Name, Module<Tensor, Tensor> Module)> _modules = [];
    private readonly List<LayerSummary> _layers = [];
    private readonly Dictionary<string, int> _used = [];
    private readonly int[] _inputShape;
    private int[] _shape;

    /// <summary>Starts a stack for inputs [N, channels, height, width].</summary>
    /// <param name="channels">The number of channels; at least 1.</param>
    /// <param name="height">The height in pixels; at least 1.</param>
    /// <param name="width">The width in pixels; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1.</exception>
    public NetworkBuilder(int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _inputShape = _shape = [channels, height, width];
    }

    /// <summary>Adds a two-dimensional convolution with a square kernel and a bias.</summary>
    /// <param name="filters">The number of output channels; at least 1.</param>
    /// <param name="kernel">The side of the kernel in pixels; at least 1.</param>
    /// <param name="stride">The step of the kernel in pixels; at least 1.</param>
    /// <param name="padding">The treatment of the border.</param>
    /// <param name="relu"><see langword="true"/> to add a ReLU.</param>
    /// <exception cref="InvalidOperationException">The stack is already flat.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An argument is below 1, or the kernel is larger than the input.
    /// </exception>
    public NetworkBuilder Conv2D(
        int filters, int kernel, int stride = 1, Padding2D padding = Padding2D.Valid, bool relu = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        string name = NextName("conv2d");
        int symmetric = AddBorder(name, kernel, stride, padding, border: 0);
        Conv2d convolution = nn.Conv2d(_shape[0], filters, kernel, stride: stride, padding: symmetric);
        InitializeLikeKeras(convolution.weight, convolution.bias);
        _modules.Add((name, convolution));
        if (relu) _modules.Add(($"{name}_relu", ReLU(inplace: true)));

        Describe(new(name, "Conv2D", SpatialShape(filters, kernel, stride, padding), Count(convolution))
        {
            Filters = filters,
            Kernel = kernel,
            Stride = stride,
            Padding = padding,
            Activation = Activation(relu),
        });
        return this;
    }

    /// <summary>Adds batch normalization over each channel.</summary>
    /// <remarks>S. Ioffe and C. Szegedy, Batch normalization, 2015.</remarks>
    /// <exception cref="InvalidOperationException">The stack is already flat.</exception>
    public NetworkBuilder BatchNormalization()
    {
        string name = NextName("batch_normalization");
        RequireSpatial(name);
        BatchNorm2d normalization = BatchNorm2d(_shape[0]);
        // With a fixed momentum nothing reads the number of batches, and counting isn't safe: see Numbers.
        normalization.num_batches_tracked = null;
        _modules.Add((name, normalization));
        Describe(new(name, "BatchNormalization", _shape, Count(normalization))
        {
            Epsilon = normalization.eps,
            Momentum = normalization.momentum,
        });
        return this;
    }

    /// <summary>Adds a ReLU as a separate layer, for instance after batch normalization.</summary>
    public NetworkBuilder Relu()
    {
        string name = NextName("re_lu");
        _modules.Add((name, ReLU(inplace: true)));
        Describe(new(name, "ReLU", _shape, Parameters: 0));
        return this;
    }

    /// <summary>Adds max pooling over square windows.</summary>
    /// <param name="window">The side of the window in pixels; at least 1.</param>
    /// <param name="stride">The step of the window in pixels, or <see langword="null"/> for the window's side.</param>
    /// <param name="padding">The treatment of the border. Padded pixels are never the maximum.</param>
    /// <exception cref="InvalidOperationException">The stack is already flat.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An argument is below 1, or the window is larger than the input.
    /// </exception>
    public NetworkBuilder MaxPooling2D(int window, int? stride = null, Padding2D padding = Padding2D.Valid)
    {
        int step = stride ?? window;
        string name = NextName("max_pooling2d");
        int symmetric = AddBorder(name, window, step, padding, border: double.NegativeInfinity);
        _modules.Add((name, MaxPool2d(window, stride: step, padding: symmetric)));
        Describe(new(name, "MaxPooling2D", SpatialShape(_shape[0], window, step, padding), Parameters: 0)
        {
            Kernel = window,
            Stride = step,
            Padding = padding,
        });
        return this;
    }

    /// <summary>Adds average pooling over adjacent square windows with <c>valid</c> padding.</summary>
    /// <param name="window">The side and step of the window in pixels; at least 1.</param>
    /// <exception cref="InvalidOperationException">The stack is already flat.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window is smaller than 1 or larger than the input.</exception>
    public NetworkBuilder AveragePooling2D(int window)
    {
        string name = NextName("average_pooling2d");
        RequireSpatial(name);
        int[] shape = SpatialShape(_shape[0], window, window, Padding2D.Valid);
        _modules.Add((name, AvgPool2d(window)));
        Describe(new(name, "AveragePooling2D", shape, Parameters: 0)
        {
            Kernel = window,
            Stride = window,
            Padding = Padding2D.Valid,
        });
        return this;
    }

    /// <summary>Adds a layer that flattens [channels, height, width] to one vector, channels first.</summary>
    public NetworkBuilder Flatten()
    {
        string name = NextName("flatten");
        _modules.Add((name, nn.Flatten()));
        Describe(new(name, "Flatten", [_shape.Aggregate((a, b) => a * b)], Parameters: 0));
        return this;
    }

    /// <summary>Adds a fully connected layer with a bias.</summary>
    /// <param name="units">The number of output features; at least 1.</param>
    /// <param name="relu"><see langword="true"/> to add a ReLU.</param>
    /// <exception cref="InvalidOperationException">The stack isn't flat yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1.</exception>
    public NetworkBuilder Dense(int units, bool relu = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        if (_shape.Length != 1)
        {
            throw new InvalidOperationException("A dense layer needs a flat input: call Flatten() before Dense().");
        }

        string name = NextName("dense");
        Linear linear = Linear(_shape[0], units);
        InitializeLikeKeras(linear.weight, linear.bias);
        _modules.Add((name, linear));
        if (relu) _modules.Add(($"{name}_relu", ReLU(inplace: true)));

        Describe(new(name, "Dense", [units], Count(linear)) { Units = units, Activation = Activation(relu) });
        return this;
    }

    /// <summary>Builds the network.</summary>
    /// <param name="name">The name of the network, which the exported model carries.</param>
    public DigitNetwork Build(string name)
    {
        Sequential logits = Sequential(PoolBeforeRelu());
        Sequential classifier = Sequential([.. _modules, ("softmax", Softmax(1))]);
        return new DigitNetwork(name, _inputShape, logits, classifier, _layers);
    }

    // Exchanges each ReLU and the max pooling that follows it. Outputs and gradients stay the same, bit for bit, but
    // the ReLU has fewer elements: conv trains 1.1 × as fast.
    private (string Name, Module<Tensor, Tensor> Module)[] PoolBeforeRelu()
    {
        var modules = _modules.ToArray();
        for (int i = 1; i < modules.Length; i++)
        {
            if (modules[i - 1].Module is ReLU && modules[i].Module is MaxPool2d)
            {
                (modules[i - 1], modules[i]) = (modules[i], modules[i - 1]);
            }
        }

        return modules;
    }

    // Returns the padding that the layer itself applies. torch pads both sides equally, but Keras puts an odd pixel at
    // the end, which needs a padding layer.
    private int AddBorder(string name, int window, int stride, Padding2D padding, double border)
    {
        RequireSpatial(name);
        (int top, int bottom) = WindowArithmetic.PaddingOf(_shape[1], window, stride, padding);
        (int left, int right) = WindowArithmetic.PaddingOf(_shape[2], window, stride, padding);
        if (top == bottom && left == right && top == left) return top;

        _modules.Add(($"{name}_pad", ConstantPad2d((left, right, top, bottom), border)));
        return 0;
    }

    private void RequireSpatial(string name)
    {
        if (_shape.Length != 3)
        {
            throw new InvalidOperationException($"{name} needs [channels, height, width]: it cannot follow Flatten().");
        }
    }

    private int[] SpatialShape(int channels, int window, int stride, Padding2D padding) =>
    [
        channels,
        WindowArithmetic.OutputSize(_shape[1], window, stride, padding),
        WindowArithmetic.OutputSize(_shape[2], window, stride, padding),
    ];

    private void Describe(LayerSummary layer)
    {
        _shape = [.. layer.OutputShape];
        _layers.Add(layer);
    }

    private static long Count(Module<Tensor, Tensor> module) => module.parameters().Sum(parameter => parameter.numel());

    private static string Activation(bool relu) => relu ? "relu" : "linear";

    private string NextName(string kind)
    {
        int number = _used.GetValueOrDefault(kind);
        _used[kind] = number + 1;
        return number == 0 ? kind : $"{kind}_{number}";
    }

    private static void InitializeLikeKeras(Tensor weight, Tensor? bias)
    {
        init.xavier_uniform_(weight);
        if (bias is not null) init.zeros_(bias);
    }
}
