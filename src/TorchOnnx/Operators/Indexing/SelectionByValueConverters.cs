using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters that select elements by their values or by a mask.</summary>
internal static class SelectionByValueConverters
{
    public static GraphValue NonZero(ConversionContext context)
    {
        context.RequireDataDependentSize(context.OutputShape[0]);
        return Positions(context, context.Tensor("this"));
    }

    public static GraphValue MaskedSelect(ConversionContext context)
    {
        context.RequireDataDependentSize(context.OutputShape[0]);
        var (value, mask) = (context.Tensor("this"), context.Tensor("mask"));
        var shape = Axes.Broadcast(value.Shape!, mask.Shape!);
        return context.Add(
            "Compress",
            [
                Flat(context, context.Expand(value, value.Shape!, shape)),
                Flat(context, context.Expand(mask, mask.Shape!, shape)),
            ],
            new OnnxAttribute("axis", 0));
    }

    // The first elements of the value replace the elements that the mask selects.
    public static GraphValue MaskedScatter(ConversionContext context)
    {
        var (target, mask) = (context.Tensor("this"), context.Tensor("mask"));
        var indices = Positions(context, context.Expand(mask, mask.Shape!, target.Shape!));
        var count = context.Slice(context.Add("Shape", indices), 0, 0, 1);
        var updates = context.Add("Slice", [Flat(context, context.Tensor("value")), context.Constant([0L]), count]);
        return context.Add("ScatterND", [target, indices, updates]);
    }

    public static IReadOnlyList<GraphValue> Unique(ConversionContext context)
    {
        var (type, axis) = (UniqueType(context), context.Given("dim") ? context.Integer("dim") : (long?)null);
        context.RequireDataDependentSize(context.OutputShape[axis is { } dim ? context.Axis(dim) : 0]);
        if (!context.Flag("sorted", true))
        {
            throw context.Refuse("with sorted: false the order of its result is undefined", "Pass sorted: true");
        }
        OnnxAttribute[] attributes = axis is null ? [] : [new("axis", axis.Value)];
        var results = context.AddMany("Unique", [context.Cast(context.Tensor("this"), type)], 4, attributes);
        return Results(
            context, context.Cast(results[0], context.InputType),
            () => axis is null ? Like(context, results[2]) : results[2], () => results[3]);
    }

    // An element starts a run if it differs from the one before it.
    public static IReadOnlyList<GraphValue> UniqueConsecutive(ConversionContext context)
    {
        context.RequireDataDependentSize(context.OutputShape[0]);
        if (context.Given("dim"))
        {
            throw context.Refuse("it compares slices along a dimension", "Omit dim, or use unique");
        }
        var type = Elementwise.Wide(context.InputType);
        var flat = Flat(context, context.Cast(context.Tensor("this"), type));
        var isEqual = context.Add("Equal", [context.Slice(flat, 0, 1), context.Slice(flat, 0, 0, -1)]);
        using var first = ones(1, ScalarType.Bool);
        var starts = context.Concat([context.Constant(first), context.Add("Not", isEqual)], 0);
        var selected = Select(flat);
        return Results(
            context, context.Cast(selected, context.InputType),
            () =>
            {
                var runs = context.Add(
                    "CumSum", [context.Cast(starts, ScalarType.Int64), context.Constant(0, ScalarType.Int64)]);
                return Like(context, context.Add("Sub", [runs, context.Scalar(1)]));
            },
            () =>
            {
                var length = context.Add("Size", flat);
                var places = Select(context.Add("Range", [context.Scalar(0), length, context.Scalar(1)]));
                var ends = context.Concat([context.Slice(places, 0, 1), context.Unsqueeze(length, 0)], 0);
                return context.Add("Sub", [ends, places]);
            });

        GraphValue Select(GraphValue vector) =>
            context.Add("Compress", [vector, starts], new OnnxAttribute("axis", 0));
    }

    /// <summary>Returns the indices of the elements that aren't 0, of shape [count, rank].</summary>
    public static GraphValue Positions(ConversionContext context, GraphValue value) => context.Add(
        "Transpose", context.Add("NonZero", context.Cast(value, ScalarType.Bool)),
        new OnnxAttribute("perm", (long[])[1, 0]));

    // The call returns the inverse and the counts only if they are requested.
    private static IReadOnlyList<GraphValue> Results(
        ConversionContext context, GraphValue values, Func<GraphValue> inverse, Func<GraphValue> counts) =>
    [
        values,
        .. context.Flag("return_inverse") ? [inverse()] : (GraphValue[])[],
        .. context.Flag("return_counts") ? [counts()] : (GraphValue[])[],
    ];

    // ONNX Runtime has kernels of Unique for float32, float64 and int64.
    private static ScalarType UniqueType(ConversionContext context) =>
        context.InputType is ScalarType.Float32 or ScalarType.Float64 ? context.InputType : ScalarType.Int64;

    private static GraphValue Flat(ConversionContext context, GraphValue value) =>
        context.Add("Reshape", [value, context.Constant([-1L])]);

    private static GraphValue Like(ConversionContext context, GraphValue flat) =>
        context.Add("Reshape", [flat, context.Add("Shape", context.Tensor("this"))]);
}
