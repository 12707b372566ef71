using CsCheck;

namespace TorchOnnx.Tests.Modules;

public sealed class LinearTests
{
    [Fact]
    public void Linear_AnyRankAndBias_Equal() =>
        (from @in in Gen.Int[1, 20]
         from @out in Gen.Int[1, 20]
         from bias in Gen.Bool
         from front in Gen.Long[1, 4].Array[0, 3]
         from opset in ModuleCheck.Opsets
             // A vector has no batch: its only dimension is the features.
         where front.Length > 0
         select new Case($"Linear({@in}, {@out}, {bias})", () => nn.Linear(@in, @out, bias), [.. front, @in])
         {
             Opset = opset,
         })
        .Equal();

    [Fact]
    public void Linear_Vector_Equal()
    {
        using var model = nn.Linear(4, 3);
        ModuleCheck.IsEqual(model, randn(4), new() { DynamicBatch = false });
    }

    [Fact]
    public void Embedding_IndicesOfAnyShape_Equal() =>
        (from rows in Gen.Int[1, 20]
         from width in Gen.Int[1, 8]
         from shape in Gen.Long[1, 4].Array[1, 3]
         select (rows, width, shape))
        .Check(20, drawn =>
        {
            using var scope = NewDisposeScope();
            ModuleCheck.IsEqual(nn.Embedding(drawn.rows, drawn.width), randint(0, drawn.rows, drawn.shape));
        });

    [Fact]
    public void Embedding_MaxNorm_WritesRenormalizedTableAndKeepsModule()
    {
        using var model = nn.Embedding(6, 4, max_norm: 0.5);
        using var before = model.weight!.detach().clone();
        var program = OnnxExporter.Export(model, tensor(new long[] { 2 }));

        // The forward pass itself rescales row 2, which the example reads.
        foreach (long row in new long[] { 0, 1, 3, 4, 5 })
        {
            Assert.True(before[row].equal(model.weight[row]).all().item<bool>(), $"row {row} has changed");
        }
        using var session = new OnnxRuntime.OnnxRuntimeRunner().Load(program.ToBytes());
        var all = new GraphTensor<long>([0, 1, 2, 3, 4, 5], 6);
        var table = (GraphTensor<float>)session.Run(new Dictionary<string, GraphTensor> { ["input"] = all })["output"];
        foreach (float[] row in table.Data.Chunk(4)) Assert.InRange(Math.Sqrt(row.Sum(x => x * x)), 0, 0.5 + 1e-5);
        Assert.True(program.Verify(new OnnxRuntime.OnnxRuntimeRunner()).Passed);
    }

    [Fact]
    public void Embedding_OnlyLastRowExceedsMaxNorm_RescalesThatRow()
    {
        const int Rows = 2500;
        using var model = nn.Embedding(Rows, 2, max_norm: 5);
        using (no_grad())
        {
            model.weight!.fill_(1);
            model.weight[Rows - 1].fill_(30);
        }
        var program = OnnxExporter.Export(model, tensor(new long[] { 2 }));

        Assert.Equal(60, model.weight[Rows - 1].sum().item<float>());
        using var session = new OnnxRuntime.OnnxRuntimeRunner().Load(program.ToBytes());
        var last = new GraphTensor<long>([0, Rows - 2, Rows - 1], 3);
        var table = (GraphTensor<float>)session.Run(new Dictionary<string, GraphTensor> { ["input"] = last })["output"];
        Assert.Equal([1, 1, 1, 1], table.Data[..4]);
        Assert.InRange(Math.Sqrt(table.Data[4..].Sum(x => x * x)), 5 - 1e-4, 5 + 1e-4);
    }
}
