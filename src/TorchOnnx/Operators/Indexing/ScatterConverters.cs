using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Elements of a tensor overwritten or added to, where tensors of indices, ranges or diagonals say.</summary>
internal static class ScatterConverters
{
    private const int FirstOpsetThatAdds = 16;

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "scatter", context => Scatter(context, add: false))
        .AddMethod(typeof(Tensor), "scatter_add", context => Scatter(context, add: true))
        .AddMethod(typeof(Tensor), "index_add", context => Index(context, Scaled(context), add: true))
        .AddMethod(typeof(Tensor), "index_copy", context => Index(context, context.Tensor("source"), add: false))
        .AddMethod(typeof(Tensor), "index_fill", context => Index(
            context, context.Operand("value", context.InputType), add: false))
        .AddMethod(typeof(Tensor), "select_scatter", context => Replace(context, positions => context.Gather(
            positions, context.Scalar(context.Size("index")), Axis(context))))
        .AddMethod(typeof(Tensor), "slice_scatter", context => Replace(context, positions => context.Slice(
            positions, Axis(context), context.Size("start", 0), context.Size("end", long.MaxValue),
            context.Integer("step", 1))))
        .AddMethod(typeof(Tensor), "diagonal_scatter", context => Replace(context, positions => SliceConverters.Diagonal(
            context, positions, context.InputShape, context.Size("offset", 0), context.Axis(context.Integer("dim1", 0)),
            context.Axis(context.Integer("dim2", 1)), context.Tensor("src").Shape![^1])));

    /// <summary>For each element of a value its position among all, in the shape of the value.</summary>
    public static GraphValue Positions(ConversionContext context, GraphValue value)
    {
        var all = context.Add("Range", [context.Scalar(0), context.Add("Size", value), context.Scalar(1)]);
        return context.Add("Reshape", [all, context.Add("Shape", value)]);
    }

    /// <summary>Writes updates to positions; both have the same shape.</summary>
    public static GraphValue Overwrite(
        ConversionContext context, GraphValue target, GraphValue positions, GraphValue updates, bool add = false)
    {
        var flat = context.Add("Reshape", [target, context.Constant([-1L])]);
        var written = context.Add(
            "ScatterND", [flat, context.Unsqueeze(positions, -1), updates], Reduction(context, add));
        return context.Add("Reshape", [written, context.Add("Shape", target)]);
    }

    private static int Axis(ConversionContext context) => context.Axis(context.Integer("dim", 0));

    private static OnnxAttribute[] Reduction(ConversionContext context, bool add) => !add ? []
        : context.Opset >= FirstOpsetThatAdds ? [new("reduction", "add")]
        : throw context.Refuse(
            $"adding at indices is written from operator set {FirstOpsetThatAdds} on",
            $"Export with Opset = {FirstOpsetThatAdds} or higher");

    private static GraphValue ScatterElements(
        ConversionContext context, GraphValue indices, GraphValue updates, int axis, bool add) =>
        context.Add(
            "ScatterElements", [context.Tensor("this"), indices, updates],
            [new("axis", axis), .. Reduction(context, add)]);

    // torch takes as much of the source as there are indices.
    private static GraphValue Scatter(ConversionContext context, bool add)
    {
        var (indices, source) = (context.Tensor("index"), context.Tensor("src"));
        var updates = source.Shape!.Index().Where(size => size.Item != indices.Shape![size.Index]).Aggregate(
            source, (value, size) => context.Slice(value, size.Index, 0, indices.Shape![size.Index]));
        return ScatterElements(context, indices, updates, Axis(context), add);
    }

    private static GraphValue Scaled(ConversionContext context)
    {
        var source = context.Tensor("source");
        return context.Number("alpha", 1) == 1
            ? source
            : context.Add("Mul", [source, context.Operand("alpha", context.InputType)]);
    }

    // One index holds for a whole slice across its axis.
    private static GraphValue Index(ConversionContext context, GraphValue updates, bool add)
    {
        int axis = Axis(context);
        var index = GatherConverters.Vector(context, "index");
        Dimension[] across = [.. context.InputShape.Select(_ => (Dimension)1)], slices = [.. context.InputShape];
        across[axis] = slices[axis] = index.Shape is [var count] ? count : 1;
        var shape = context.Sizes(slices);
        var indices = context.Add("Expand", [context.Reshape(index, [across[axis]], across), shape]);
        return ScatterElements(context, indices, context.Add("Expand", [updates, shape]), axis, add);
    }

    private static GraphValue Replace(ConversionContext context, Func<GraphValue, GraphValue> select)
    {
        var target = context.Tensor("this");
        return Overwrite(context, target, select(Positions(context, target)), context.Tensor("src"));
    }
}
