namespace Docs;

/// <summary>What a block of C# must print, and what the text around it takes for granted.</summary>
/// <param name="Output">A pattern of what is printed.</param>
/// <param name="Given">Directives and statements that stand before the block.</param>
/// <param name="Types">Types that it uses.</param>
internal sealed record Expectation(string Output, string Given = "", string Types = "")
{
    private const string Nothing = "^$";
    private const string Confident = @"^7 \(\d+ ?%\)";
    private const string Exporter = "using TorchOnnx; using TorchOnnx.OnnxRuntime; using TorchSharp; using static TorchSharp.torch;\n";
    private const string Model = "var model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)); var example = rand(1, 1, 28, 28);\n";
    private const string Report = "opset 17";

    private static readonly Dictionary<string, Expectation[]> All = new()
    {
        ["README.md"] =
        [
            new(Confident),
            new(Confident + ", Ok"),
            new(Report),
        ],
        ["docs/getting-started.md"] =
        [
            new(@"^7\n0 #*\n(\d #*\n){6}7 #{20,40}\n8 #*\n9 #*\n$"),
            // 320 weights of the convolution and 54,090 behind 13×13×32 pixels.
            new(@"^54,410 parameters\n(\w+\n){4}$"),
        ],
        ["docs/exporter.md"] =
        [
            new(@"Conv\nRelu\n(\w+\n)*Gemm\n$"),
            new(@"(?s)Signed\.forward, block\.cs:\d+\): Tensor\.item.*torch\.where"),
        ],
        ["src/TorchOnnx/README.md"] =
        [
            new(Report),
            new(Nothing, Exporter + Model),
            new(Nothing, Exporter),
            new(Nothing, Exporter),
            new(Nothing, Exporter, """
                using static TorchSharp.torch;
                internal sealed class Doubling() : nn.Module<Tensor, Tensor>("doubling") { public override Tensor forward(Tensor x) => x * 2; }
                internal static class Ops { public static Tensor Cube(Tensor value) => value.pow(3); public static Tensor Fast(Tensor value) => value; }
                """),
        ],
        ["src/TorchOnnx.OnnxRuntime/README.md"] = [new(Nothing, Exporter + Model)],
        ["src/OnnxDigits.Hosting/README.md"] = [new(Nothing)],
        ["src/OnnxDigits.Imaging/README.md"] = [new("^7 ", "using OnnxDigits.Imaging; using OnnxDigits.Inference;\n")],
        ["src/OnnxDigits.Inference/README.md"] =
        [
            new(@"^7 \d+ ?% Ok", "using OnnxDigits.Inference;\nbyte[] pixels = File.ReadAllBytes(\"seven.raw\");\n"),
        ],
    };

    public static Expectation Of(string page, int index) =>
        All.TryGetValue(page, out Expectation[]? blocks) && index < blocks.Length
            ? blocks[index]
            : throw new KeyNotFoundException($"Block {index} of C# in {page} has no expectation: say here what it prints.");
}
