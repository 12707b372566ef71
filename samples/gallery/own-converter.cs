#!/usr/bin/env dotnet
#:package Microsoft.ML.OnnxRuntime
#:project ../../src/TorchOnnx.OnnxRuntime/TorchOnnx.OnnxRuntime.csproj
#:property UsesLibTorch=true
#:property PublishAot=false

// Exports a module with converters of your own: dotnet run -c Release samples/gallery/own-converter.cs

using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

random.manual_seed(1);
using var model = new Outlier();

// The exporter refuses the pseudoinverse of a matrix, because ONNX has no such operator.
foreach (var problem in OnnxExporter.Analyze(model, randn(4, 3)))
    Console.WriteLine(problem);

var converters = new ConverterRegistry()
    // A converter of a method reads all arguments and adds nodes. The scatter can be inverted, so its pseudoinverse is
    // its inverse. The operator Inverse is an extension of ONNX Runtime, so other runtimes can't run the file.
    .AddMethod(typeof(Tensor), nameof(Tensor.pinverse), context =>
    {
        context.Argument("rcond");
        context.Argument("hermitian");
        return context.Add("com.microsoft::Inverse", context.Tensor("this"));
    })
    // A converter of a module replaces its forward. It reads the module's settings.
    .Add<Square>((square, context) =>
    {
        var product = context.Add("Mul", [context.Input, context.Input]);
        return context.Add("Mul", [product, context.Constant(square.Factor)]);
    });

// The verification also compares what your converters write with the module.
var program = OnnxExporter.Export(model, randn(4, 3), new()
{
    Converters = converters,
    CustomDomains = new Dictionary<string, int> { ["com.microsoft"] = 1 },
    Verifier = new OnnxRuntimeRunner(),
});
Console.WriteLine(program.Report);
Console.WriteLine(string.Join(" ", program.Nodes.Select(node => node.OpType)));

/// <summary>Returns a number for each sample that is large if it is far from the distribution.</summary>
internal sealed class Outlier : nn.Module<Tensor, Tensor>
{
    private readonly Square square = new(0.5);

    public Outlier() : base(nameof(Outlier))
    {
        var samples = randn(100, 3).matmul(randn(3, 3));
        register_buffer("scatter", samples.t().matmul(samples) / 100);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        // The scatter of the distribution grows with that of the batch.
        var scatter = get_buffer("scatter")! + x.t().matmul(x) / x.shape[0];
        return square.call(x.matmul(scatter.pinverse())).sum(1);
    }
}

internal sealed class Square(double factor) : nn.Module<Tensor, Tensor>(nameof(Square))
{
    public double Factor { get; } = factor;

    public override Tensor forward(Tensor x) => (x * Math.Sqrt(Factor)).pow(2);
}
