using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Comparisons of two operands, and questions about one.</summary>
internal static class ComparisonConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.eq), context => Compare("Equal", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.ne), context => Compare("Equal", context, negated: true))
        .AddMethod(typeof(Tensor), nameof(Tensor.lt), context => Compare("Less", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.le), context => Compare("LessOrEqual", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.gt), context => Compare("Greater", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.ge), context => Compare("GreaterOrEqual", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.isnan), context => Ask("IsNaN", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.isinf), context => Ask("IsInf", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.isposinf), context =>
            Ask("IsInf", context, new OnnxAttribute("detect_negative", 0)))
        .AddMethod(typeof(Tensor), nameof(Tensor.isneginf), context =>
            Ask("IsInf", context, new OnnxAttribute("detect_positive", 0)))
        .AddMethod(typeof(Tensor), nameof(Tensor.isfinite), context =>
            context.Add("Not", context.Add("Or", [Ask("IsNaN", context), Ask("IsInf", context)])))
        .AddMethod(typeof(Tensor), nameof(Tensor.isclose), IsClose);

    // Compared in place, a tensor keeps its type and holds 0 and 1.
    private static GraphValue Compare(string opType, ConversionContext context, bool negated = false)
    {
        string other = Elementwise.Other(context);
        var type = Elementwise.Promote(context, "this", other);
        var result = context.Add(
            opType, [Elementwise.Operand(context, "this", type), Elementwise.Operand(context, other, type)]);
        if (negated) result = context.Add("Not", result);
        return context.OutputType == ScalarType.Bool ? result : context.Cast(result, context.OutputType);
    }

    private static GraphValue Ask(string opType, ConversionContext context, params OnnxAttribute[] attributes) =>
        context.Add(opType, context.Cast(context.Input, Elementwise.Floating(context.InputType)), attributes);

    private static GraphValue IsClose(ConversionContext context)
    {
        var type = Elementwise.Floating(context.InputType);
        var (left, right) = (context.Operand("this", type), context.Operand("other", type));
        var tolerance = context.Add(
            "Add",
            [
                context.Operand("atol", type),
                context.Add("Abs", context.Add("Mul", [context.Operand("rtol", type), right])),
            ]);
        var distance = context.Add("Abs", context.Add("Sub", [left, right]));
        // An infinite tolerance reaches everything that has a distance.
        var isWithin = context.Add(
            "And",
            [
                context.Add("LessOrEqual", [distance, tolerance]),
                context.Add("Not", context.Add("IsInf", distance)),
            ]);
        var result = context.Add("Or", [context.Add("Equal", [left, right]), isWithin]);
        return !context.Flag("nanEqual") ? result : context.Add(
            "Or", [result, context.Add("And", [context.Add("IsNaN", left), context.Add("IsNaN", right)])]);
    }
}
