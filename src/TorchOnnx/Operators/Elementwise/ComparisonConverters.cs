using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for comparisons and for tests such as <c>isnan</c>.</summary>
internal static class ComparisonConverters
{
    public static GraphValue Compare(ConversionContext context, string opType, bool negated = false)
    {
        string other = Elementwise.Other(context);
        var type = Elementwise.Promote(context, "this", other);
        var bound = Elementwise.Operand(context, other, type);
        // torch rounds a number to the dtype of the tensor before it compares.
        if (context.TakesBFloat16 && !context.IsTensor(other))
        {
            bound = context.Cast(context.Cast(bound, ScalarType.BFloat16), type);
        }
        var result = context.Add(opType, [Elementwise.Operand(context, "this", type), bound]);
        if (negated) result = context.Add("Not", result);
        // An in-place comparison keeps the tensor's dtype and writes 0 and 1.
        return context.OutputType == ScalarType.Bool ? result : context.Cast(result, context.OutputType);
    }

    public static GraphValue Test(ConversionContext context, string opType, string? switchedOff = null)
    {
        OnnxAttribute[] attributes = switchedOff is null ? [] : [new(switchedOff, 0)];
        return context.Add(
            opType, context.Cast(context.Input, Elementwise.Floating(context.InputType)), attributes);
    }

    public static GraphValue IsFinite(ConversionContext context) =>
        context.Add("Not", context.Add("Or", [Test(context, "IsNaN"), Test(context, "IsInf")]));

    // |left − right| ≤ atol + |rtol · right|
    public static GraphValue IsClose(ConversionContext context)
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
        // An infinite distance is never close, even if the tolerance is infinite too.
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
