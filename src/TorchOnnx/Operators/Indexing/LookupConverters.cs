using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Numbers turned into indices and indices into flags.</summary>
internal static class LookupConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(nn.functional), "one_hot", OneHot)
        .AddMethod(typeof(Tensor), "bucketize", context => CountBelow(
            context, context.Tensor("boundaries"), context.Tensor("this")))
        .AddMethod(typeof(torch), "searchsorted", SearchSorted);

    private static GraphValue OneHot(ConversionContext context)
    {
        var classes = context.Size("num_classes", -1);
        if (classes == -1)
            throw context.Refuse(
                "without num_classes the number of classes depends on the elements of the input", "Give num_classes");
        return context.Add(
            "OneHot", [context.Tensor("x"), context.Sizes([classes]), context.Constant([0L, 1L])],
            new OnnxAttribute("axis", -1));
    }

    private static GraphValue SearchSorted(ConversionContext context)
    {
        var sorted = context.Tensor("sorted_sequence");
        return context.IsTensor("values")
            ? CountBelow(
                context, sorted.Shape!.Count == 1 ? sorted : context.Unsqueeze(sorted, -2), context.Tensor("values"))
            : CountBelow(context, sorted, context.Operand("values", context.InputType));
    }

    // An index into what is sorted is the number of elements that come before.
    private static GraphValue CountBelow(ConversionContext context, GraphValue sorted, GraphValue values)
    {
        foreach (string parameter in (string[])["outInt32", "out_int32"]) context.Argument(parameter);
        var before = context.Add(
            context.Flag("right") ? "LessOrEqual" : "Less",
            [sorted, context.Unsqueeze(values, -1)]);
        return context.Reduce("ReduceSum", context.Cast(before, context.OutputType), [-1]);
    }
}
