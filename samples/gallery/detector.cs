#!/usr/bin/env dotnet
#:package Microsoft.ML.OnnxRuntime
#:project ../../src/TorchOnnx.OnnxRuntime/TorchOnnx.OnnxRuntime.csproj
#:property UsesLibTorch=true
#:property PublishAot=false

// Exports a detector in the style of YOLO for images of any height and width:
// dotnet run -c Release samples/gallery/detector.cs

using Microsoft.ML.OnnxRuntime;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

random.manual_seed(1);
using var model = new Detector(classes: 3);
model.eval();

// The network halves the image four times and joins levels of different sizes, so both sizes are multiples of 16.
var program = OnnxExporter.Export(model, rand(1, 3, 64, 96), new()
{
    InputNames = ["image"],
    OutputNames = ["boxes", "scores"],
    DynamicDimensions = [new("height", 0, 2) { MultipleOf = 16 }, new("width", 0, 3) { MultipleOf = 16 }],
    Verifier = new OnnxRuntimeRunner(),
});
Console.WriteLine(program.Report);

using var session = new InferenceSession(program.ToBytes());
foreach (var (height, width) in new[] { (64, 96), (160, 128), (48, 240) })
{
    using var image = rand(1, 3, height, width);
    using var input = OrtValue.CreateTensorValueFromMemory(image.data<float>().ToArray(), image.shape);
    using var results = session.Run(new RunOptions(), ["image"], [input], ["boxes", "scores"]);
    using var noGradients = no_grad();
    var (boxes, _) = model.call(image);
    double difference = boxes.data<float>().Zip(results[0].GetTensorDataAsSpan<float>().ToArray())
        .Max(pair => Math.Abs(pair.First - pair.Second));
    Console.WriteLine($"{height} × {width}: {boxes.shape[1]} boxes, max difference {difference:G2} pixels");
    if (difference > 0.01) return 1;
}
return 0;

/// <summary>Returns boxes (centre, width and height in pixels) and the scores of the classes.</summary>
internal sealed class Detector : nn.Module<Tensor, (Tensor Boxes, Tensor Scores)>
{
    private readonly Layer stem = Conv(3, 16, 2), low = nn.Sequential(Conv(16, 24, 2), Conv(24, 32, 2)),
        high = Conv(32, 48, 2), merge = Conv(80, 32);
    private readonly ModuleList<Conv2d> heads;

    public Detector(int classes) : base(nameof(Detector))
    {
        heads = nn.ModuleList(nn.Conv2d(32, 4 + classes, 1), nn.Conv2d(48, 4 + classes, 1));
        RegisterComponents();
    }

    private static Sequential Conv(int channels, int filters, int stride = 1) => nn.Sequential(
        nn.Conv2d(channels, filters, 3, stride, 1, bias: false), nn.BatchNorm2d(filters), nn.SiLU());

    public override (Tensor Boxes, Tensor Scores) forward(Tensor image)
    {
        var fine = low.call(stem.call(image));
        var coarse = high.call(fine);
        var wide = nn.functional.interpolate(coarse, size: fine.shape[2..], mode: InterpolationMode.Nearest);
        fine = merge.call(cat([fine, wide], 1));
        var levels = new[] { fine, coarse }.Select((features, i) => Decode(heads[i].call(features), 8 << i));
        var all = cat(levels.ToList(), 1);
        return (all[.., .., ..4], all[.., .., 4..]);
    }

    // Each cell of the feature map predicts the offset and the size of one box.
    private static Tensor Decode(Tensor x, int stride)
    {
        var grid = meshgrid([arange(x.shape[2]), arange(x.shape[3])], indexing: "ij");
        var cells = stack([grid[1], grid[0]], 2).view(1, -1, 2);
        x = x.flatten(2).transpose(1, 2).contiguous();
        x[.., .., ..2].sigmoid_().add_(cells).mul_(stride);
        x[.., .., 2..4].exp_().mul_(stride);
        x[.., .., 4..].sigmoid_();
        return x;
    }
}
