using OnnxDigits.Training.Loop;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxDigits.Training.Networks;

/// <summary>Normalizes the channels of each pixel, as Keras does.</summary>
internal sealed class ChannelNormalization : Module<Tensor, Tensor>
{
    private readonly LayerNorm _channels;

    public ChannelNormalization(int channels, double epsilon)
        : base(nameof(ChannelNormalization))
    {
        _channels = LayerNorm(channels, epsilon);
        register_module("channels", _channels);
    }

    public override Tensor forward(Tensor input) =>
        _channels.call(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
}

/// <summary>Averages over the pixels of each window that aren't padding, as Keras does.</summary>
internal sealed class PaddedAveragePooling : Module<Tensor, Tensor>
{
    private readonly Sequential _pooling;
    private readonly Tensor _share;

    public PaddedAveragePooling(
        AvgPool2d pooling, (int Top, int Bottom, int Left, int Right) borders, int height, int width)
        : base(nameof(PaddedAveragePooling))
    {
        (int top, int bottom, int left, int right) = borders;
        _pooling = Sequential(("pad", ConstantPad2d((left, right, top, bottom), 0)), ("mean", pooling));
        register_module("pooling", _pooling);
        using var noGradients = no_grad();
        using Tensor image = ones(1, 1, height, width);
        // The share of each window that isn't padding.
        _share = _pooling.call(image).DetachFromDisposeScope();
        register_buffer("share", _share, persistent: false);
    }

    public override Tensor forward(Tensor input) => _pooling.call(input).div(_share);
}

/// <summary>Multiplies negative inputs by a slope.</summary>
/// <remarks>TorchSharp's module isn't safe while another thread collects garbage. See <see cref="Numbers"/>.</remarks>
internal sealed class LeakyReluModule(double slope) : Module<Tensor, Tensor>(nameof(LeakyReluModule))
{
    private readonly Scalar _slope = slope.ToScalar();

    public override Tensor forward(Tensor input) => input.leaky_relu(_slope);
}

/// <summary>Adds the output of layers to their input.</summary>
internal sealed class ResidualModule : Module<Tensor, Tensor>
{
    private readonly Sequential _layers;

    public ResidualModule(Sequential layers)
        : base(nameof(ResidualModule))
    {
        _layers = layers;
        register_module("layers", layers);
    }

    public override Tensor forward(Tensor input) => input.Plus(_layers.call(input));
}
