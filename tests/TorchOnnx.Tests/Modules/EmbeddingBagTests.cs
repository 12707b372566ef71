using CsCheck;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tests.Modules;

public sealed class EmbeddingBagTests
{
    private static readonly Gen<(int Rows, EmbeddingBagMode Mode, long Padding, double? MaxNorm, int Opset)> Tables =
        from rows in Gen.Int[1, 6]
        from mode in Gen.OneOf(EmbeddingBagMode.Sum, EmbeddingBagMode.Mean, EmbeddingBagMode.Max)
        from padding in Gen.Long[-1, rows - 1]
        from maximum in Gen.Double[0.3, 2].Nullable()
        from opset in ModuleCheck.Opsets
        select (rows, mode, padding, maximum, opset);

    // Row 0 has only negative numbers, and row 2 only zeros.
    private static EmbeddingBag Build(
        (int Rows, EmbeddingBagMode Mode, long Padding, double? MaxNorm, int Opset) table)
    {
        var bag = nn.EmbeddingBag(
            table.Rows, 4, table.MaxNorm, mode: table.Mode, padding_index: table.Padding);
        using var noGrad = no_grad();
        bag.weight![0].abs_().neg_();
        if (table.Rows > 2) bag.weight[2].zero_();
        return bag;
    }

    [Fact]
    public void EmbeddingBag_EqualSizes_Equal() =>
        (from table in Tables
         from size in Gen.Int[1, 4]
         from weighted in Gen.Bool
         select (table, size, weighted)).Check(60, drawn =>
         {
             using var scope = NewDisposeScope();
             var bag = Build(drawn.table);
             var indices = randint(0, drawn.table.Rows, [3, drawn.size], dtype: ScalarType.Int64);
             bool weighted = drawn.weighted && drawn.table.Mode == EmbeddingBagMode.Sum;
             var options = new OnnxExportOptions
             {
                 Opset = drawn.table.Opset,
                 DynamicDimensions = weighted ? [new("L", 0, 1), new("L", 1, 1)] : [new("L", 0, 1)],
             };
             ModuleCheck.IsEqual(bag, [indices, null, weighted ? randn(3, drawn.size) : null], options);
         });

    [Fact]
    public void EmbeddingBag_Offsets_Equal() =>
        (from table in Tables
         from ends in Gen.Long[0, 7].Array[1, 4]
         select (table, ends)).Check(60, drawn =>
         {
             using var scope = NewDisposeScope();
             const int length = 8;
             long[] offsets = [0, .. drawn.ends.Order()];
             var bag = Build(drawn.table);
             var module = new Lambda(input => bag.call(input, tensor(offsets)), bag);
             var indices = randint(0, drawn.table.Rows, [length], dtype: ScalarType.Int64);
             // With multiples of the length, every offset stays within the input.
             ModuleCheck.IsEqual(
                 module, indices,
                 new()
                 {
                     Opset = drawn.table.Opset,
                     DynamicBatch = false,
                     DynamicDimensions = [new("L", 0, 0) { MultipleOf = length }],
                 });
         });

    [Fact]
    public void EmbeddingBag_IncludeLastOffset_IsRefused()
    {
        using var module = nn.EmbeddingBag(3, 4, include_last_offset: true);
        object?[] example = [zeros(2, 2, ScalarType.Int64), null, null];
        var refusal = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(module, example));
        Assert.Equal(
            "include_last_offset is not supported",
            Assert.Single(refusal.Problems).Reason);
    }
}
