using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>What this machine's kernels can do at most, in images that the same work would train on.</summary>
internal static class Limits
{
    private const int Side = 1024;

    // Multiplications and additions of the layers per image, forward and backward; no gradient to the images.
    private static double OperationsPerImage(string network) => network switch
    {
        "dense" => 2 * ((2 * 784 * 512) + (3 * 512 * 10)),
        _ => 2 * ((2 * 26 * 26 * 9 * 32) + 3 * ((121 * 9 * 32 * 64) + (9 * 9 * 64 * 64) + (576 * 64) + (64 * 10))),
    };

    /// <summary>A large multiplication of matrices.</summary>
    public static (double Images, Action Step) Multiplication(string network)
    {
        Tensor a = randn(Side, Side), b = randn(Side, Side);
        return (2.0 * Side * Side * Side / OperationsPerImage(network), () => a.mm(b).Dispose());
    }

    /// <summary>The convnet's three convolutions alone, forward and backward, channels-last.</summary>
    public static (double Images, Action Step) Convolutions()
    {
        int batch = Recipe.For("conv").BatchSize;
        (int Channels, int Filters, int Side)[] shapes = [(1, 32, 28), (32, 64, 13), (64, 64, 5)];
        Convolution[] layers = [.. shapes.Select(shape => new Convolution(batch, shape.Channels, shape.Filters, shape.Side))];
        return (batch, () =>
        {
            foreach (Convolution layer in layers) layer.Run();
        }
        );
    }

    private sealed class Convolution
    {
        private readonly Tensor _images;
        private readonly Tensor _kernels;
        private readonly Tensor _bias;
        private readonly Tensor _gradient;

        public Convolution(int batch, int channels, int filters, int side)
        {
            _images = ChannelsLast.Of(randn(batch, channels, side, side));
            _images.requires_grad = channels > 1;
            _kernels = randn(filters, channels, 3, 3, requires_grad: true);
            _bias = randn(filters, requires_grad: true);
            _gradient = ChannelsLast.Of(randn(batch, filters, side - 2, side - 2));
        }

        public void Run()
        {
            using var scope = NewDisposeScope();
            nn.functional.conv2d(_images, _kernels, _bias).backward([_gradient]);
            _images.grad = _kernels.grad = _bias.grad = null;
        }
    }
}
