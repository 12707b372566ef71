using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxDigits.Training.Networks;

/// <content>Adds the layers of Keras.</content>
public sealed partial class SequentialModel
{
    /// <summary>Adds a two-dimensional convolution with a square kernel and a bias.</summary>
    /// <param name="filters">The number of output channels; at least 1.</param>
    /// <param name="kernel">The side of the kernel in pixels; at least 1.</param>
    /// <param name="strides">The step of the kernel in pixels; at least 1.</param>
    /// <param name="padding">The treatment of the border.</param>
    /// <param name="dilation">The distance between the kernel's pixels; at least 1.</param>
    /// <param name="groups">The number of groups of channels that are convolved separately; at least 1.</param>
    /// <param name="activation">The function to apply to the outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The input isn't an image, is smaller than the kernel or cannot be divided into groups.
    /// </exception>
    public SequentialModel Conv2D(
        int filters, int kernel, int strides = 1, Padding2D padding = Padding2D.Valid, int dilation = 1, int groups = 1,
        Activation activation = Activation.Linear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        string name = NextName("conv2d");
        int[] shape = ShapeOfWindows(name, filters, dilation * (kernel - 1) + 1, strides, padding, out var borders);
        if (_shape[0] % groups != 0 || filters % groups != 0)
        {
            throw new InvalidOperationException(
                $"{name} cannot divide {_shape[0]} input channels and {filters} filters into {groups} groups. Choose "
                + "numbers that are multiples of the groups.");
        }

        Conv2d convolution = nn.Conv2d(
            _shape[0], filters, kernel, stride: strides, padding: AddBorder(name, borders, border: 0),
            dilation: dilation, groups: groups);
        InitializeLikeKeras(convolution.weight, convolution.bias);
        return AddLayer(
            new(name, "Conv2D", shape)
            {
                Filters = filters,
                Kernel = kernel,
                Stride = strides,
                Padding = padding,
                Dilation = dilation == 1 ? null : dilation,
                Groups = groups == 1 ? null : groups,
            },
            convolution, activation);
    }

    /// <summary>Adds max pooling over square windows.</summary>
    /// <param name="window">The side of the window in pixels; at least 1.</param>
    /// <param name="strides">The step of the window in pixels, or <see langword="null"/> for the window's side.</param>
    /// <param name="padding">The treatment of the border. Padded pixels are never the maximum.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1.</exception>
    /// <exception cref="InvalidOperationException">The input isn't an image or is smaller than the window.</exception>
    public SequentialModel MaxPooling2D(int window, int? strides = null, Padding2D padding = Padding2D.Valid)
    {
        int step = strides ?? window;
        string name = NextName("max_pooling2d");
        int[] shape = ShapeOfWindows(name, _shape[0], window, step, padding, out var borders);
        int symmetric = AddBorder(name, borders, border: double.NegativeInfinity);
        return AddLayer(
            new(name, "MaxPooling2D", shape) { Kernel = window, Stride = step, Padding = padding },
            MaxPool2d(window, stride: step, padding: symmetric));
    }

    /// <summary>Adds average pooling over square windows.</summary>
    /// <param name="window">The side of the window in pixels; at least 1.</param>
    /// <param name="strides">The step of the window in pixels, or <see langword="null"/> for the window's side.</param>
    /// <param name="padding">The treatment of the border. Padded pixels don't count.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1.</exception>
    /// <exception cref="InvalidOperationException">The input isn't an image or is smaller than the window.</exception>
    public SequentialModel AveragePooling2D(int window, int? strides = null, Padding2D padding = Padding2D.Valid)
    {
        int step = strides ?? window;
        string name = NextName("average_pooling2d");
        int[] shape = ShapeOfWindows(name, _shape[0], window, step, padding, out var borders);
        AvgPool2d pooling = AvgPool2d(window, stride: step);
        return AddLayer(
            new(name, "AveragePooling2D", shape) { Kernel = window, Stride = step, Padding = padding },
            borders is (0, 0, 0, 0) ? pooling : new PaddedAveragePooling(pooling, borders, _shape[1], _shape[2]));
    }

    /// <summary>Adds a layer that averages each channel over the whole image.</summary>
    /// <exception cref="InvalidOperationException">The input isn't an image.</exception>
    public SequentialModel GlobalAveragePooling2D()
    {
        string name = NextName("global_average_pooling2d");
        RequireImage(name);
        return AddLayer(
            new(name, "GlobalAveragePooling2D", [_shape[0]]),
            Sequential(("mean", AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten())));
    }

    /// <summary>Adds a layer that flattens [channels, height, width] to one vector, channels first.</summary>
    public SequentialModel Flatten() =>
        AddLayer(new(NextName("flatten"), "Flatten", [_shape.Aggregate((a, b) => a * b)]), nn.Flatten());

    /// <summary>Adds a fully connected layer with a bias.</summary>
    /// <param name="units">The number of output features; at least 1.</param>
    /// <param name="activation">The function to apply to the outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">The input isn't flat.</exception>
    public SequentialModel Dense(int units, Activation activation = Activation.Linear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        string name = NextName("dense");
        if (_shape.Length != 1)
        {
            throw new InvalidOperationException(
                $"{name} needs a flat input, but its input is {Text(_shape)}. Add Flatten() before it.");
        }

        if (activation == Activation.Softmax && DropoutRate is { } rate && _layers.All(layer => layer.Rate is null))
        {
            Dropout(rate);
        }

        Linear linear = Linear(_shape[0], units);
        InitializeLikeKeras(linear.weight, linear.bias);
        return AddLayer(new(name, "Dense", [units]) { Units = units }, linear, activation);
    }

    /// <summary>Adds a layer that sets a random part of its inputs to 0 in each step of training.</summary>
    /// <remarks>
    /// It divides the others by 1 − <paramref name="rate"/>. Outside training it has no effect: N. Srivastava et al.,
    /// Dropout, 2014.
    /// </remarks>
    /// <param name="rate">The fraction of the inputs to set to 0; at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public SequentialModel Dropout(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        rate = DropoutRate ?? rate;
        return AddLayer(new(NextName("dropout"), "Dropout", _shape) { Rate = rate }, nn.Dropout(rate));
    }

    /// <summary>Adds batch normalization over each channel or feature.</summary>
    /// <remarks>
    /// S. Ioffe and C. Szegedy, Batch normalization, 2015. Epsilon and momentum are torch's, 1e-5 and 0.1.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The input is neither an image nor flat.</exception>
    public SequentialModel BatchNormalization()
    {
        string name = NextName("batch_normalization");
        if (_shape.Length != 1) RequireImage(name);
        NormBase normalization = _shape.Length == 1 ? BatchNorm1d(_shape[0]) : BatchNorm2d(_shape[0]);
        // With a fixed momentum, nothing reads the number of batches. Counting isn't safe: see Numbers.
        normalization.num_batches_tracked = null;
        return AddLayer(
            new(name, "BatchNormalization", _shape)
            {
                Epsilon = normalization.eps,
                Momentum = normalization.momentum,
            },
            normalization);
    }

    /// <summary>Adds layer normalization over the channels of each pixel, or over all features.</summary>
    /// <remarks>J. Ba, J. Kiros and G. Hinton, Layer normalization, 2016.</remarks>
    /// <param name="epsilon">The constant that is added to the variance.</param>
    /// <exception cref="InvalidOperationException">The input is neither an image nor flat.</exception>
    public SequentialModel LayerNormalization(double epsilon = 1e-3)
    {
        string name = NextName("layer_normalization");
        if (_shape.Length != 1) RequireImage(name);
        return AddLayer(
            new(name, "LayerNormalization", _shape) { Epsilon = epsilon },
            _shape.Length == 1 ? LayerNorm(_shape[0], epsilon) : new ChannelNormalization(_shape[0], epsilon));
    }

    /// <summary>Adds a ReLU as a separate layer, for instance after batch normalization.</summary>
    public SequentialModel Relu() => AddLayer(new(NextName("re_lu"), "ReLU", _shape), nn.ReLU(OverwritesSafely));

    /// <summary>Adds a leaky ReLU.</summary>
    /// <param name="slope">The slope for negative inputs.</param>
    public SequentialModel LeakyRelu(double slope = ActivationModules.LeakySlope) => AddLayer(
        new(NextName("leaky_re_lu"), "LeakyReLU", _shape) { Slope = slope }, new LeakyReluModule(slope));

    /// <summary>Adds a Gaussian error linear unit.</summary>
    public SequentialModel Gelu() => AddLayer(new(NextName("gelu"), "GELU", _shape), GELU());

    /// <summary>Adds a hyperbolic tangent.</summary>
    public SequentialModel Tanh() => AddLayer(new(NextName("tanh"), "Tanh", _shape), nn.Tanh());

    /// <summary>Adds a logistic function.</summary>
    public SequentialModel Sigmoid() => AddLayer(new(NextName("sigmoid"), "Sigmoid", _shape), nn.Sigmoid());

    /// <summary>Adds layers whose output is added to their input.</summary>
    /// <remarks>K. He et al., Deep residual learning, 2016.</remarks>
    /// <param name="addLayers">Adds the layers. They must keep the shape.</param>
    /// <exception cref="InvalidOperationException">The layers change the shape.</exception>
    public SequentialModel Residual(Action<SequentialModel> addLayers)
    {
        ArgumentNullException.ThrowIfNull(addLayers);
        var inner = new SequentialModel(this);
        addLayers(inner);
        string name = NextName("residual");
        if (!inner._shape.SequenceEqual(_shape))
        {
            throw new InvalidOperationException(
                $"{name} adds {Text(inner._shape)} to its input of {Text(_shape)}. End its layers with the shape of "
                + "the input, for instance with Padding2D.Same and as many filters as input channels.");
        }

        _modules.Add((name, new ResidualModule(Sequential(PoolBeforeRelu(inner._modules)))));
        _layers.Add(new(name, "Residual", _shape));
        return this;
    }

    // Returns the padding that the layer itself applies. torch pads both sides equally, but Keras puts an odd pixel at
    // the end, which needs a padding layer.
    private int AddBorder(string name, (int Top, int Bottom, int Left, int Right) sides, double border)
    {
        (int top, int bottom, int left, int right) = sides;
        if (top == bottom && left == right && top == left) return top;

        _modules.Add(($"{name}_pad", ConstantPad2d((left, right, top, bottom), border)));
        return 0;
    }

    private int[] ShapeOfWindows(
        string name, int channels, int window, int strides, Padding2D padding,
        out (int Top, int Bottom, int Left, int Right) borders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(strides, 1);
        RequireImage(name);
        if (padding == Padding2D.Valid && window > Math.Min(_shape[1], _shape[2]))
        {
            throw new InvalidOperationException(
                $"{name} has a window of {window}×{window} pixels, but its input is {Text(_shape)}. Use a smaller "
                + "window or Padding2D.Same."
                + (InputShape is [> 4, var width, (1 or 3) and var depth]
                    ? $" The input shape needs the channels first: ({depth}, {InputShape[0]}, {width})."
                    : ""));
        }

        (int top, int bottom) = PaddingOf(_shape[1], window, strides, padding);
        (int left, int right) = PaddingOf(_shape[2], window, strides, padding);
        borders = (top, bottom, left, right);
        return
        [
            channels,
            (top + _shape[1] + bottom - window) / strides + 1,
            (left + _shape[2] + right - window) / strides + 1,
        ];
    }

    // The rule of TensorFlow (tf.nn, "Notes on padding"): "same" gives ⌈size / strides⌉ windows, and the odd pixel of
    // padding is at the end.
    private static (int Before, int After) PaddingOf(int size, int window, int strides, Padding2D padding)
    {
        int covered = (size - 1) / strides * strides + window;
        int total = padding == Padding2D.Valid ? 0 : Math.Max(covered - size, 0);
        return (total / 2, total - total / 2);
    }

    private void RequireImage(string name)
    {
        if (_shape.Length != 3)
        {
            throw new InvalidOperationException(
                $"{name} needs an image of height×width×channels, but its input is {Text(_shape)}. Add it before "
                + "Flatten().");
        }
    }

    private static void InitializeLikeKeras(Tensor weight, Tensor? bias)
    {
        init.xavier_uniform_(weight);
        if (bias is not null) init.zeros_(bias);
    }
}
