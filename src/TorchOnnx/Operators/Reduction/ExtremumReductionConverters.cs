using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>The largest and the smallest element, where it stands, and the one in the middle.</summary>
internal static class ExtremumReductionConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMultipleMethod(typeof(Tensor), nameof(Tensor.max), context => Extremum(context, largest: true))
        .AddMultipleMethod(typeof(Tensor), nameof(Tensor.min), context => Extremum(context, largest: false))
        .AddMethod(typeof(Tensor), nameof(Tensor.amax), context => Reduction.Of(context, "ReduceMax"))
        .AddMethod(typeof(Tensor), nameof(Tensor.amin), context => Reduction.Of(context, "ReduceMin"))
        .AddMultipleMethod(typeof(Tensor), nameof(Tensor.aminmax), Both)
        .AddMethod(typeof(Tensor), nameof(Tensor.argmax), context => Place(context, largest: true))
        .AddMethod(typeof(Tensor), nameof(Tensor.argmin), context => Place(context, largest: false))
        .AddMethod(typeof(Tensor), nameof(Tensor.median), Median);

    // Of all elements, of two tensors, or along a dimension with the places.
    private static GraphValue[] Extremum(ConversionContext context, bool largest)
    {
        if (context.Given("other")) return [Elementwise.Binary(context, largest ? "Max" : "Min")];
        var values = Reduction.Of(context, largest ? "ReduceMax" : "ReduceMin");
        return context.OutputTypes.Count == 1 ? [values] : [values, Place(context, largest)];
    }

    private static GraphValue[] Both(ConversionContext context)
    {
        if (context.Integer("dim", 0) == -1 && context.InputShape.Count > 1)
            throw context.Refuse(
                "this version of TorchSharp's aminmax takes −1 for all dimensions", "Count the dimension from the front");
        return [Reduction.Of(context, "ReduceMin"), Reduction.Of(context, "ReduceMax")];
    }

    private static GraphValue Place(ConversionContext context, bool largest)
    {
        var type = Elementwise.Wide(context.InputType);
        var value = context.Cast(context.Input, type);
        if (context.InputShape.Count == 0) return context.Constant(0, ScalarType.Int64);
        long axis = 0;
        if (context.Given("dim")) axis = context.Integer("dim");
        else value = context.Add("Reshape", [value, context.Constant([-1L])]);
        bool keep = context.Flag("keepdim");
        return type == ScalarType.Int64
            ? PlaceOfInteger(context, value, axis, largest, keep)
            : context.Add(
                largest ? "ArgMax" : "ArgMin", value,
                new OnnxAttribute("axis", axis), new OnnxAttribute("keepdims", keep ? 1 : 0));
    }

    // The runtime's ArgMax does not take int64, and its TopK does.
    private static GraphValue PlaceOfInteger(
        ConversionContext context, GraphValue value, long axis, bool largest, bool keep)
    {
        var place = context.AddMany(
            "TopK", [value, context.Constant([1L])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", largest ? 1 : 0))[1];
        return keep ? place : context.Add("Squeeze", [place, context.Constant([axis])]);
    }

    // The lower one of two in the middle.
    private static GraphValue Median(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var flat = context.Add("Reshape", [context.Cast(context.Input, type), context.Constant([-1L])]);
        var more = context.Add("Add", [context.Add("Shape", flat), context.Constant([1L])]);
        var smallest = context.AddMany(
            "TopK", [flat, context.Add("Div", [more, context.Constant([2L])])], 2, new OnnxAttribute("largest", 0))[0];
        return context.Add("Gather", [smallest, context.Constant(-1, ScalarType.Int64)]);
    });
}
