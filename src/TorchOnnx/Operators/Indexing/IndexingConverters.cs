using TorchOnnx.Tracing;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>The indexer, read and written: x[…] and x[…] = value.</summary>
internal static class IndexingConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "get_TensorItems", Get)
        .AddMethod(typeof(Tensor), "index", Get)
        .AddMethod(typeof(Tensor), "set_TensorItems", Set)
        .AddMethod(typeof(Tensor), "index_put_", Set);

    private static GraphValue Get(ConversionContext context) =>
        new IndexPlan(context, context.InputShape.Count).Apply(context.Tensor("this"));

    private static GraphValue Set(ConversionContext context)
    {
        var target = context.Tensor("this");
        var type = context.InputType;
        var update = context.Operand("value", type);
        bool accumulate = context.Flag("accumulate");
        if (Mask(context) is { } mask) return SetMasked(context, target, mask, update, accumulate);
        var positions = new IndexPlan(context, context.InputShape.Count).Apply(ScatterConverters.Positions(context, target));
        return ScatterConverters.Overwrite(
            context, target, positions, context.Add("Expand", [update, context.Add("Shape", positions)]), add: accumulate);
    }

    // The only index, a tensor of flags.
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
        if (context.IsTensor("value") && context.Tensor("value").Shape!.Any(size => size != 1) || accumulate)
            throw context.Refuse(
                "a mask selects the elements that are written, and how many they are depends on the elements of the mask",
                "Write one number for all of them, or use torch.where");
        int behind = context.InputShape.Count - mask.Shape!.Count;
        var flags = context.Unsqueeze(
            context.Cast(mask, ScalarType.Bool), Axes.From(mask.Shape.Count, behind));
        int rank = context.IsTensor("value") ? context.Tensor("value").Shape!.Count : 0;
        return context.Where(flags, rank == 0 ? update : context.Reshape(update, [1], []), target, context.InputType);
    }
}
