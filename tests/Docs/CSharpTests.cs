namespace Docs;

/// <summary>Compiles and runs each block of C# on the pages.</summary>
public sealed class CSharpTests
{
    private const string Exporter =
        "using TorchOnnx; using TorchOnnx.OnnxRuntime; using TorchSharp; using static TorchSharp.torch;\n"
        + "var model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)); var example = rand(1, 1, 28, 28);\n";

    /// <summary>
    /// Directives and statements that a page's blocks rely on without repeating them, by page and block.
    /// </summary>
    private static readonly Dictionary<(string Page, int Block), string> Preludes = new()
    {
        [("src/TorchOnnx/README.md", 1)] = Exporter,
        [("src/TorchOnnx/README.md", 2)] = Exporter,
        [("src/TorchOnnx/README.md", 3)] = Exporter,
        [("src/TorchOnnx/README.md", 4)] = Exporter,
        [("src/TorchOnnx/README.md", 5)] = Exporter,
        [("src/TorchOnnx/README.md", 6)] = Exporter,
        [("docs/quantization.md", 1)] = Exporter + "OnnxExporter.Export(model, example).Save(\"model.onnx\");\n",
        [("src/TorchOnnx.OnnxRuntime/README.md", 0)] = Exporter,
        [("src/OnnxDigits.Inference/README.md", 0)] =
            "using OnnxDigits.Inference;\nbyte[] pixels = File.ReadAllBytes(\"seven.raw\");\n",
        [("src/OnnxDigits.Inference/README.md", 1)] =
            "using OnnxDigits.Inference;\nusing var classifier = new DigitClassifier();\n"
            + "const int width = 40, height = 30;\nbyte[] bytes = new byte[4 * width * height];\n",
        [("src/OnnxDigits.Inference/README.md", 1)] =
            "using OnnxDigits.Inference;\nusing var classifier = new DigitClassifier();\n"
            + "byte[] bytes = File.ReadAllBytes(\"seven.raw\"); int width = 14, height = 14;\n",
    };

    /// <summary>
    /// Patterns of the output, by page and block. Blocks without a pattern must run without an exception.
    /// </summary>
    private static readonly Dictionary<(string Page, int Block), string> Outputs = new()
    {
        [("README.md", 0)] = @"^7 \(\d+ ?%\), Ok",
        [("README.md", 1)] = "opset 17",
        [("docs/getting-started.md", 0)] = @"^7\n0 #*\n(\d #*\n){6}7 #{20,40}\n8 #*\n9 #*\n$",
        [("docs/exporter.md", 0)] = @"Conv\nRelu\n(\w+\n)*Gemm\n$",
        [("docs/exporter.md", 1)] = @"(?s)Signed\.forward, block\.cs:\d+\): Tensor\.item.*torch\.where",
        [("docs/quantization.md", 0)] = @"^quantized \(Static\) on .*\n  output 'output': .*\n  layer '/\d/\w+'",
        [("src/OnnxDigits.Imaging/README.md", 0)] = "^7 ",
        [("src/OnnxDigits.Inference/README.md", 0)] = "^7 ",
    };

    private const string CustomOperations = """
        using static TorchSharp.torch;
        internal sealed class Doubling() : nn.Module<Tensor, Tensor>("doubling")
        {
            public override Tensor forward(Tensor x) => x * 2;
        }
        internal static class Ops
        {
            public static Tensor Cube(Tensor value) => value.pow(3);
            public static Tensor Fast(Tensor value) => value;
        }
        """;

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (string page in Repository.Pages)
            {
                for (int i = 0; i < BlocksOf(page).Count; i++) blocks.Add(page, i);
            }
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_CompiledAndRun_PrintsTheExpectedOutput(string page, int block)
    {
        using var folder = new ReaderFolder();
        string prelude = Preludes.GetValueOrDefault((page, block), "");
        string program = Snippet.Compile(BlocksOf(page)[block], prelude, CustomOperations, folder.Path);

        string output = Snippet.Run(program, folder.Path);

        Assert.Matches(Outputs.GetValueOrDefault((page, block), ""), output);
    }

    [Fact]
    public void Tables_OfTheseTests_NameExistingBlocks() =>
        Assert.All(Preludes.Keys.Concat(Outputs.Keys), key =>
            Assert.True(key.Block < BlocksOf(key.Page).Count, $"{key.Page} has no block {key.Block} of C#."));

    private static List<CodeBlock> BlocksOf(string page) =>
        [.. new MarkdownPage(page).Blocks.Where(block => block.Language == "csharp")];
}
