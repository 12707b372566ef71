using OnnxDigits.Training.Networks;
using TorchOnnx;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>A window that slides over a square image: of a convolution, or of pooling.</summary>
/// <param name="Pools">Whether it takes the maximum instead of a weighted sum.</param>
/// <param name="Size">Side of the image in pixels.</param>
/// <param name="Window">Side of the window.</param>
/// <param name="Stride">Pixels from one window to the next.</param>
/// <param name="Dilation">Pixels from one value of the window to the next.</param>
/// <param name="Padding">Border rule.</param>
internal sealed record WindowCase(bool Pools, int Size, int Window, int Stride, int Dilation, Padding2D Padding)
{
    /// <summary>Pixels from the first to the last value of a window.</summary>
    public int Reach => (Window - 1) * Dilation + 1;

    /// <summary>What the rule says comes out: a side in pixels.</summary>
    public int ByRule => WindowArithmetic.OutputSize(Size, Reach, Stride, Padding);

    /// <summary>All combinations of the range that is stated, but windows larger than the image.</summary>
    public static IEnumerable<WindowCase> All =>
        from size in (int[])[7, 10, 13, 25, 26, 28]
        from padding in Enum.GetValues<Padding2D>()
        from stride in (int[])[1, 2, 3]
        from dilation in (int[])[1, 2]
        from pools in (bool[])[false, true]
        from window in pools ? (int[])[2, 3] : [1, 2, 3, 4, 5]
        let one = new WindowCase(pools, size, window, stride, dilation, padding)
        where padding == Padding2D.Same || one.Reach <= size
        select one;

    /// <summary>What comes out of TorchSharp's module, and of the graph exported from it.</summary>
    public (int Torch, int Graph) Run(IGraphRunner runner)
    {
        using var scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> module = Build();
        Tensor image = ones(1, 1, Size, Size);
        var options = new OnnxExportOptions { InputNames = ["image"], OutputNames = ["result"] };
        byte[] model = OnnxExporter.Export(module, image, options).ToBytes();
        using IGraphSession session = runner.Load(model);
        var inputs = new Dictionary<string, GraphTensor>
        {
            ["image"] = new GraphTensor<float>(image.data<float>().ToArray(), 1, 1, Size, Size),
        };
        return ((int)module.forward(image).shape[2], (int)session.Run(inputs)["result"].Shape[2]);
    }

    private nn.Module<Tensor, Tensor> Build()
    {
        (int before, int after) = WindowArithmetic.PaddingOf(Size, Reach, Stride, Padding);
        return nn.Sequential(
            nn.ConstantPad2d((before, after, before, after), Pools ? double.NegativeInfinity : 0),
            Pools
                ? nn.MaxPool2d(Window, stride: Stride, dilation: Dilation)
                : nn.Conv2d(1, 1, Window, stride: Stride, dilation: Dilation));
    }
}
