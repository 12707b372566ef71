using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>The larger and the smaller of two, and numbers held within bounds.</summary>
internal static class ExtremumConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.maximum), context => Elementwise.Binary(context, "Max"))
        .AddMethod(typeof(Tensor), nameof(Tensor.minimum), context => Elementwise.Binary(context, "Min"))
        .AddMethod(typeof(Tensor), nameof(Tensor.fmax), context => OfNumbers("Max", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.fmin), context => OfNumbers("Min", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.clamp), Clamp)
        .AddMethod(typeof(Tensor), nameof(Tensor.clamp_min), Clamp)
        .AddMethod(typeof(Tensor), nameof(Tensor.clamp_max), Clamp);

    private static GraphValue Clamp(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var value = Elementwise.Operand(context, "this");
        var low = context.Given("min") ? Elementwise.Operand(context, "min") : null;
        var high = context.Given("max") ? Elementwise.Operand(context, "max") : null;
        if (!context.IsTensor("min") && !context.IsTensor("max")) return context.Add("Clip", [value, low, high]);
        if (low is not null) value = context.Add("Max", [value, low]);
        return high is null ? value : context.Add("Min", [value, high]);
    });

    // The other one in the place of what is no number.
    private static GraphValue OfNumbers(string opType, ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (left, right) = (Elementwise.Operand(context, "this"), Elementwise.Operand(context, "other"));
        var extremum = context.Add(opType, [left, right]);
        if (!Elementwise.IsFloating(type)) return extremum;
        var unlessRight = context.Add("Where", [context.Add("IsNaN", right), left, extremum]);
        return context.Add("Where", [context.Add("IsNaN", left), right, unlessRight]);
    });
}
