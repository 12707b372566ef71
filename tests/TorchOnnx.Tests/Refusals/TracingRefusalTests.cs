using TorchSharp;

namespace TorchOnnx.Tests.Refusals;

public sealed class TracingRefusalTests
{
    private const string Reads =
        " converts elements of a tensor that depends on the inputs to C# values, "
        + "which would stay at the example's values. "
        + "Compute with tensors (such as torch.where instead of if), or pass the value as an input.";
    private const string Hidden =
        " in code that cannot be traced: a constructor, or code compiled at run time. "
        + "Create tensors in methods that forward calls directly.";
    private const string State =
        ", which outlives the forward pass, and a graph keeps no state between runs. "
        + "Change a copy (clone()), or pass the state in and return it.";
    private const string Static =
        "Make the dimension static (remove it from DynamicDimensions, or set DynamicBatch = false)";
    private const string Outcome = Static + ", or set its Min, Max or MultipleOf so that the outcome never changes.";
    private const string Fixed = Static + ".";
    private const string Shape = "Give an example with a shape and a dtype that the module accepts.";
    private const string Varies =
        " gives another value in other runs, and a graph would keep the value of the export. "
        + "Call it outside the module, and pass the value as an input.";
    private const string Data =
        "the number of elements it selects depends on the values of the input. "
        + "Keep the shape: use torch.where(mask, x, other), or multiply by the mask. Or set DataDependentShapes.";

    // The source is embedded, because a reproducible build has no source paths.
    private static readonly string[] Source = ReadSource();

    private static string[] ReadSource()
    {
        using var reader = new StreamReader(
            typeof(RefusedModules).Assembly.GetManifestResourceStream($"{nameof(RefusedModules)}.cs")!);
        return reader.ReadToEnd().Split('\n');
    }

    /// <summary>Returns the line of RefusedModules.cs that ends with a mark.</summary>
    private static int Line(string mark) =>
        Array.FindIndex(Source, line => line.TrimEnd('\r').EndsWith($"// here: {mark}", StringComparison.Ordinal)) + 1;

    // {1} is the line before the marked one.
    public static TheoryData<string, string> Sentences => new()
    {
        { "if on item", "Tensor.item" + Reads },
        { "conversion to float", "the conversion to Single" + Reads },
        { "conversion to bool", "the conversion to Boolean" + Reads },
        { "ToSingle", "TensorExtensionMethods.ToSingle" + Reads },
        { "elements", "Tensor.data" + Reads },
        { "bytes", "Tensor.bytes" + Reads },
        { "while on a tensor", "TensorExtensionMethods.ToDouble" + Reads },
        { "loop bound from a tensor", "Tensor.item" + Reads },
        { "allclose", "Tensor.allclose" + Reads },
        { "view of either of two tensors", "Tensor.add uses a tensor that shares memory with a tensor that Tensor.mul_ "
            + "changed in place (RefusedModules..cctor, RefusedModules.cs:{1}). Take the view after the change, or "
            + "change a copy (clone())." },
        { "constructor", "tensors are created inside new Holder" + Hidden },
        { "compiled expression", "tensors are created inside Func.Invoke" + Hidden },
        { "another thread", "the argument 'this' of Tensor.add is a tensor that was created outside the traced code, "
            + "for example on another thread, and differs in every pass. Create it in code that forward runs." },
        { "dropout while training", "dropout with training: true draws random numbers. Pass the module's own mode: "
            + "training: training." },
        { "random numbers", "it draws random numbers. Draw them outside the module and pass them as an input." },
        { "random constant", "torch.rand returns other numbers in every pass. Draw random numbers outside the module "
            + "and pass them as an input." },
        { "date", "DateTime.Now" + Varies },
        { "ticks", "Environment.TickCount64" + Varies },
        { "stopwatch", "Stopwatch.ElapsedMilliseconds" + Varies },
        { "time provider", "TimeProvider.GetUtcNow" + Varies },
        { "random number", "Random.Next" + Varies },
        { "guid", "Guid.NewGuid" + Varies },
        { "environment", "Environment.GetEnvironmentVariable" + Varies },
        { "masked_select", Data },
        { "nonzero", Data },
        { "no operator", "Tensor.erfinv has no converter. Use another operation, or register a converter: "
            + "converters.AddMethod(…, \"erfinv\", …)." },
        { "if on the batch", "the condition N == 2 is true with the example and false with N = 1. " + Outcome },
        { "loop over the batch", "the condition 1 < N is true with the example and false with N = 1. " + Outcome },
        { "sine of the batch", "the argument 'target' of Tensor.div changes with the input sizes and isn't an integer. "
            + Fixed },
        { "wrong shape", "Tensor.mm failed on an input of shape [2, 3]: mat1 and mat2 shapes cannot be multiplied "
            + "(2x3 and 5x5). " + Shape },
        { "disposed tensor", "Tensor.add failed: Tensor invalid -- empty handle. The tensor was disposed before: "
            + "Sequential, using and dispose scopes dispose tensors. Keep it until its last use." },
        { "problem in a loop", "it squeezes a dynamic dimension, which disappears only at size 1. Name the dimension "
            + "to squeeze, or make the dynamic one static." },
        { "failure in a dispose scope", "Tensor.mm failed on an input of shape [2, 3]: mat1 and mat2 shapes cannot be "
            + "multiplied (2x3 and 5x5). " + Shape },
        { "failure after a caught one", "Tensor.reshape failed on an input of shape [2, 3]: shape '[7]' is invalid for "
            + "input of size 6. " + Shape },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Export_UnsupportedCode_IsRefusedWithLine(string name, string sentence)
    {
        int line = Line(name);
        Assert.True(line > 0, $"no line is marked '{name}'");
        IsRefused(name, $"(root) (TorchOnnx.Tests.Lambda; RefusedModules..cctor, RefusedModules.cs:{line}): "
            + sentence.Replace("{1}", $"{line - 1}"));
    }

    [Theory]
    [InlineData("write to a parameter", "(root)", "+Counting; Counting", "Tensor.add_ changes '_calls'" + State)]
    [InlineData("write to a buffer", "(root)", "+Remembering; Remembering", "Tensor.copy_ changes 'last'" + State)]
    [InlineData("write to a view of a buffer", "(root)", "+Remembering; Remembering", "Tensor.fill_ changes 'last'"
        + State)]
    [InlineData("write to a field", "(root)", "+Caching; Caching", "Tensor.add_ changes '_seen'" + State)]
    [InlineData("switched to training", "_drop", "; Switching", "it is in training mode when it is called. Register it "
        + "(RegisterComponents) so that eval() reaches it, and don't change the mode in forward.")]
    public void Export_ModuleWithStateOrMode_IsRefusedWithLine(string name, string path, string type, string sentence)
    {
        string full = path == "(root)" ? "TorchOnnx.Tests.Refusals.RefusedModules" : "TorchSharp.Modules.Dropout";
        IsRefused(name, $"{path} ({full}{type}.forward, RefusedModules.cs:{Line(name)}): {sentence}");
    }

    [Theory]
    [InlineData("exception of its own", "(root) (TorchOnnx.Tests.Lambda; Lambda.forward, Lambdas.cs:14): its forward "
        + "failed on an input of shape [2, 3]: three is too few. " + Shape)]
    [InlineData("no tensor", "(root) (model): it returns Int64, which contains no tensor. "
        + "Return the tensors that the graph should output.")]
    [InlineData("result of another thread", "(root) (model): it returns a tensor that was created outside the traced "
        + "code, for example on another thread, and differs in every pass. Create it in code that forward runs.")]
    public void Export_ModuleWithoutResult_IsRefused(string name, string sentence) => IsRefused(name, sentence);

    [Fact]
    public void Sentences_AllModules_AreCovered() => Assert.Equal(
        RefusedModules.All.Count, Sentences.Count() + 8);

    [Fact]
    public void Analyze_PackedSequence_NamesRemedyOnce()
    {
        using var lstm = nn.LSTM(3, 4, batchFirst: true);
        using var model = new Lambda(
            x =>
            {
                var packed = nn.utils.rnn.pack_padded_sequence(x, tensor(new long[] { 5, 3 }), batch_first: true);
                var (output, _, _) = lstm.call(packed);
                return nn.utils.rnn.pad_packed_sequence(output, batch_first: true).Item1;
            },
            lstm);
        var problem = Assert.Single(OnnxExporter.Analyze(model, randn(2, 5, 3)));
        Assert.Equal("rnn.pack_padded_sequence makes a packed sequence, which a graph doesn't have", problem.Reason);
        Assert.StartsWith("Run the recurrent layer on the padded tensor", problem.Remedy);
    }

    [Fact]
    public void Analyze_SeveralRefusals_ReturnsThemInOrder()
    {
        using var model = nn.Sequential(
            ("a", (nn.Module<Tensor, Tensor>)RefusedModules.All["no operator"]()),
            ("b", (nn.Module<Tensor, Tensor>)RefusedModules.All["ToSingle"]()),
            ("c", nn.Hardtanh()),
            ("d", (nn.Module<Tensor, Tensor>)RefusedModules.All["nonzero"]()));

        var problems = OnnxExporter.Analyze(model, randn(2, 3));
        Assert.Equal(["a", "b", "c", "d"], problems.Select(problem => problem.ModulePath));
        Assert.Equal(
            [Line("no operator"), Line("ToSingle")],
            problems.Take(2).Select(problem => problem.Line!.Line));
    }

    [Theory]
    [InlineData("random constant")]
    [InlineData("another thread")]
    [InlineData("result of another thread")]
    public void Export_StaticSizesAndUntracedCode_IsRefused(string name)
    {
        using var model = RefusedModules.All[name]();
        Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 3), new() { DynamicBatch = false }));
    }

    [Theory]
    [InlineData("write to a buffer")]
    [InlineData("write to a view of a buffer")]
    public void Analyze_WriteToBuffer_RestoresBuffer(string name)
    {
        using var model = RefusedModules.All[name]();
        Assert.NotEmpty(OnnxExporter.Analyze(model, randn(2, 3)));

        Assert.Equal(0, model.get_buffer("last")!.abs().sum().item<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Analyze_ConditionOnText_DoesNotBlameSizes(bool isOpen)
    {
        using var model = new Lambda(x => x[0, 0].str().Contains('5') ? x.relu() : x.sigmoid());
        var problem = Assert.Single(
            OnnxExporter.Analyze(model, arange(6f).reshape(2, 3), new() { DynamicBatch = isOpen }));
        Assert.Equal("a second forward pass makes other calls from Tensor.sigmoid on, so a condition or loop depends "
            + "on elements or on something outside the module", problem.Reason);
    }

    // libtorch's exception would end the process.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Analyze_ProductOfWrongShapes_IsRefused(bool isStatic)
    {
        using var weight = ones(3, 2);
        using var model = new Lambda(x => isStatic ? matmul(x, weight) : x.matmul(weight));
        var problem = Assert.Single(
            OnnxExporter.Analyze(model, randn(2, 3), new() { DynamicDimensions = [new("T", 0, 1)] }));
        Assert.Contains("the shapes [2, 4] and [3, 2] cannot be multiplied", problem.Reason);
        Assert.StartsWith("The module accepts the example but not T + 1", problem.Remedy);
    }

    private static void IsRefused(string name, string sentence)
    {
        using var model = RefusedModules.All[name]();
        model.eval();
        var refusal = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 3)));

        Assert.Equal([sentence], refusal.Problems.Select(problem => problem.ToString()));
        Assert.Equal(
            refusal.Problems, OnnxExporter.Analyze(model, randn(2, 3), new() { OutputNames = ["y"] }));
    }
}
