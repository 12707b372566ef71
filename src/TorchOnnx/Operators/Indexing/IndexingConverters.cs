using TorchOnnx.Tracing;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for the indexer: <c>x[…]</c> and <c>x[…] = value</c>.</summary>
internal static class IndexingConverters
{
    public static GraphValue Get(ConversionContext context) =>
        new Indexer(context, context.InputShape.Count).Apply(context.Tensor("this"));

    public static GraphValue Set(ConversionContext context)
    {
        var target = context.Tensor("this");
        var type = context.InputType;
        var update = context.Operand("value", type);
        bool accumulate = context.Flag("accumulate");
        if (Mask(context) is { } mask) return SetMasked(context, target, mask, update, accumulate);
        var positions = new Indexer(context, context.InputShape.Count)
            .Apply(ScatterConverters.Positions(context, target));
        return ScatterConverters.Overwrite(
            context, target, positions, context.Add("Expand", [update, context.Add("Shape", positions)]), accumulate);
    }

    // Returns the mask if it is the only index.
    private static GraphValue? Mask(ConversionContext context) =>
        context.Argument("indices") is IReadOnlyList<object?> and [var only]
        && only switch
        {
            RecordedIndex { Kind: IndexKind.Tensor, Tensor: { } tensor } => tensor.Type,
            RecordedValue tensor => tensor.Type,
            _ => (ScalarType?)null,
        } is ScalarType.Bool or ScalarType.Byte
            ? context.Tensors("indices")[0]
            : null;

    private static GraphValue SetMasked(
        ConversionContext context, GraphValue target, GraphValue mask, GraphValue update, bool accumulate)
    {
        if (accumulate)
        {
            throw context.Refuse("it adds to the elements that a mask selects", "Use torch.where");
        }
        if (context.IsTensor("value") && context.Tensor("value").Shape!.Any(size => size != 1))
        {
            return ScatterConverters.ScatterMasked(context, target, mask, update);
        }
        int behind = context.InputShape.Count - mask.Shape!.Count;
        var flags = context.Unsqueeze(
            context.Cast(mask, ScalarType.Bool), Axes.Range(mask.Shape.Count, behind));
        int rank = context.IsTensor("value") ? context.Tensor("value").Shape!.Count : 0;
        return context.Where(flags, rank == 0 ? update : context.Reshape(update, [1], []), target, context.InputType);
    }
}
