using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

/// <summary>Modules that don't accept every value of an input.</summary>
public sealed class InputGeneratorTests
{
    public static TheoryData<string, Func<nn.Module>, Tensor[], InputGenerator> Choosy => new()
    {
        {
            "not N + 1: export the dimension as a static one (DynamicBatch = false for the batch), set its MultipleOf, "
                + "or, if dimension 0 of an input isn't the batch, name its batch dimension 'N' in DynamicDimensions; "
                + "or give its inputs values that it accepts with InputGenerators",
            () => new Bags(), [tensor(new[] { 1L, 2, 2, 4, 0, 3, 1, 1 }), tensor(new[] { 0L, 3, 5 })],
            (shape, random, previous) => tensor(Enumerable.Range(0, (int)shape[0])
                .Select(bag => bag == 0 ? 0 : random.NextInt64(previous[0].shape[0])).Order().ToArray())
        },
        {
            "the module rejects these values: index out of range in self. Give its inputs values that it accepts with "
                + "InputGenerators",
            () => new Counts(), [randn(1, 4), tensor(new[] { 0L, 0, 3 }).reshape(1, 3)],
            (shape, random, _) => tensor(Enumerable.Range(0, (int)shape[0] * 3)
                .Select(_ => random.NextInt64(2)).ToArray()).reshape(shape[0], 3)
        },
        {
            "the module returns no finite number",
            () => new Selection(), [randn(1, 5), tensor(new[] { false, true, false, false, false }).reshape(1, 5)],
            (shape, _, _) => tensor(Enumerable.Range(0, (int)shape[0] * 5)
                .Select(index => index % 5 == 2).ToArray()).reshape(shape[0], 5)
        },
    };

    [Theory]
    [MemberData(nameof(Choosy), DisableDiscoveryEnumeration = true)]
    public void Export_InputWithMeaning_NeedsItsGenerator(
        string reason, Func<nn.Module> build, Tensor[] example, InputGenerator generator)
    {
        using var model = build();
        var options = new OnnxExportOptions { Verifier = new OnnxRuntimeRunner() };
        var refusal = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, example, options));
        Assert.Contains(reason, refusal.Message);

        options = options with { InputGenerators = new Dictionary<int, InputGenerator> { [1] = generator } };
        var program = OnnxExporter.Export(model, example, options);

        Assert.True(program.Report!.Passed, program.Report.ToString());
    }

    // Other integers between 3 and 900 have no row.
    [Fact]
    public void Export_SparseVocabulary_UsesTheIntegersOfTheExample()
    {
        using var model = new Vocabulary();
        var example = tensor(new[] { 900L, 17, 3, 3, 900, 17 }).reshape(2, 3);
        var program = OnnxExporter.Export(model, example, new() { Verifier = new OnnxRuntimeRunner() });
        Assert.True(program.Report!.Passed, program.Report.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Export_GeneratorOfMissingInput_Throws(int input)
    {
        using var model = nn.ReLU();
        var failure = Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, randn(2, 4), With(input, (shape, _, _) => zeros(shape.ToArray()))));
        Assert.Contains($"InputGenerators refers to input {input}, but the example has 1 tensor(s)", failure.Message);
    }

    [Fact]
    public void Export_GeneratorOfOtherShape_Throws()
    {
        using var model = nn.ReLU();
        var failure = Assert.Throws<InvalidOperationException>(
            () => OnnxExporter.Export(model, randn(2, 4), With(0, (_, _, _) => zeros(7, dtype: ScalarType.Int64))));
        Assert.Equal(
            "InputGenerators[0] returned Int64 [7]. Return a tensor of Float32 [3, 4].", failure.Message);
    }

    private static OnnxExportOptions With(int input, InputGenerator generator) =>
        new() { InputGenerators = new Dictionary<int, InputGenerator> { [input] = generator } };

    private sealed class Bags : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly EmbeddingBag _table = nn.EmbeddingBag(5, 4, mode: EmbeddingBagMode.Sum);

        public Bags() : base(nameof(Bags)) => RegisterComponents();

        public override Tensor forward(Tensor ids, Tensor offsets) => _table.call(ids, offsets);
    }

    // The table ends at a sum of 3.
    private sealed class Counts : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding _table = nn.Embedding(4, 4);

        public Counts() : base(nameof(Counts)) => RegisterComponents();

        public override Tensor forward(Tensor x, Tensor counts) => x + _table.call(counts.sum(1));
    }

    private sealed class Vocabulary : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _rows = full(1000, -1, ScalarType.Int64);
        private readonly Embedding _table = nn.Embedding(3, 4);

        public Vocabulary() : base(nameof(Vocabulary))
        {
            (_rows[3], _rows[17], _rows[900]) = (tensor(0L), tensor(1L), tensor(2L));
            register_buffer("_rows", _rows);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids) => _table.call(_rows.take(ids));
    }

    // Finite if the mask selects exactly one element.
    private sealed class Selection() : nn.Module<Tensor, Tensor, Tensor>(nameof(Selection))
    {
        public override Tensor forward(Tensor x, Tensor mask) => (x * mask).sum(1) / (mask.sum(1) == 1);
    }
}
