#!/usr/bin/env dotnet
#:package Microsoft.ML.OnnxRuntime
#:package TorchVision
#:project ../../src/TorchOnnx.OnnxRuntime/TorchOnnx.OnnxRuntime.csproj
#:property UsesLibTorch=true
#:property PublishAot=false

// Exports the classifiers of the package TorchVision, and runs each file with ONNX Runtime alone:
//
//     dotnet run -c Release samples/gallery/torchvision-models.cs -- resnet18 mobilenet_v2
//     dotnet run -c Release samples/gallery/torchvision-models.cs -- --seed 2 all
//
// The weights are random. For your own, pass weights_file: resnet18(weights_file: "resnet18.dat").

using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision.models;
using Classifier = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

var models = new Dictionary<string, Func<Classifier>>
{
    ["alexnet"] = () => alexnet(),
    ["googlenet"] = () => googlenet(),
    ["googlenet_transform_input"] = () => googlenet(transform_input: true),
    ["inception_v3"] = () => inception_v3(),
    ["inception_v3_transform_input"] = () => inception_v3(transform_input: true),
    ["mobilenet_v2"] = () => mobilenet_v2(),
    ["mobilenet_v3_large"] = () => mobilenet_v3_large(),
    ["mobilenet_v3_small"] = () => mobilenet_v3_small(),
    ["resnet18"] = () => resnet18(),
    ["resnet34"] = () => resnet34(),
    ["resnet50"] = () => resnet50(),
    ["resnet101"] = () => resnet101(),
    ["resnet152"] = () => resnet152(),
    ["resnext50_32x4d"] = () => resnext50_32x4d(),
    ["resnext101_32x8d"] = () => resnext101_32x8d(),
    ["resnext101_64x4d"] = () => resnext101_64x4d(),
    ["wide_resnet50_2"] = () => wide_resnet50_2(),
    ["wide_resnet101_2"] = () => wide_resnet101_2(),
    ["vgg11"] = () => vgg11(),
    ["vgg11_bn"] = () => vgg11_bn(),
    ["vgg13"] = () => vgg13(),
    ["vgg13_bn"] = () => vgg13_bn(),
    ["vgg16"] = () => vgg16(),
    ["vgg16_bn"] = () => vgg16_bn(),
    ["vgg19"] = () => vgg19(),
    ["vgg19_bn"] = () => vgg19_bn(),
};

int seed = 1;
if (args is ["--seed", var number, ..]) (seed, args) = (int.Parse(number), args[2..]);
foreach (string name in args is ["all"] ? [.. models.Keys] : args.DefaultIfEmpty("resnet18"))
{
    using var scope = NewDisposeScope();
    random.manual_seed(seed);
    var model = models[name]();
    model.eval();
    int size = name.StartsWith("inception") ? 299 : 224;

    // The example gives the size of the pictures. The number of pictures stays open.
    var watch = Stopwatch.StartNew();
    string path = Path.Combine(Path.GetTempPath(), $"{name}.onnx");
    var program = OnnxExporter.Export(model, randn(1, 3, size, size), new() { Verifier = new OnnxRuntimeRunner() });
    program.Save(path);
    Console.WriteLine($"{name}: {program.ParameterCount:N0} parameters, exported in {watch.Elapsed.TotalSeconds:F1} s");

    // This is all that a program needs that uses the file. It needs no TorchSharp, except for the comparison here.
    using var session = new InferenceSession(path);
    foreach (int pictures in new[] { 1, 2, 5 })
    {
        var x = randn(pictures, 3, size, size);
        using var input = OrtValue.CreateTensorValueFromMemory(x.data<float>().ToArray(), x.shape);
        using var results = session.Run(new RunOptions(), ["input"], [input], ["output"]);
        using var noGradients = no_grad();
        var expected = model.call(x);
        double scale = expected.abs().max().item<float>();
        double difference = expected.data<float>().Zip(results[0].GetTensorDataAsSpan<float>().ToArray())
            .Max(pair => Math.Abs(pair.First - pair.Second));
        Console.WriteLine(
            $"  {pictures} pictures: values up to {scale:G2}, max difference {difference:G2}, "
                + $"{difference / scale:G2} of the largest value");
        if (!(difference <= 1e-3 * scale)) throw new InvalidOperationException($"The file of {name} is wrong.");
    }
    File.Delete(path);
}
