using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Rounding in all directions, and what is left of it; integers stay as they are.</summary>
internal static class RoundingConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.floor), context => Of(context, (_, value, _) => context.Add("Floor", value)))
        .AddMethod(typeof(Tensor), nameof(Tensor.ceil), context => Of(context, (_, value, _) => context.Add("Ceil", value)))
        .AddMethod(typeof(Tensor), nameof(Tensor.trunc), context => Of(context, Truncate))
        .AddMethod(typeof(Tensor), nameof(Tensor.round), context => Of(context, Round))
        .AddMethod(typeof(Tensor), nameof(Tensor.frac), context => Of(context, (_, value, type) =>
            context.Add("Sub", [value, Truncate(context, value, type)])));

    /// <summary>Rounds towards 0, and keeps the sign of what becomes 0.</summary>
    public static GraphValue Truncate(ConversionContext context, GraphValue value, ScalarType type) =>
        !Elementwise.IsFloating(type) ? value : context.Add(
            "Mul", [context.Add("Sign", value), context.Add("Floor", context.Add("Abs", value))]);

    private static GraphValue Of(
        ConversionContext context, Func<ConversionContext, GraphValue, ScalarType, GraphValue> round) =>
        Elementwise.IsFloating(context.InputType) ? round(context, context.Input, context.InputType) : context.Input;

    // Halves go to the even neighbour in both worlds.
    private static GraphValue Round(ConversionContext context, GraphValue value, ScalarType type)
    {
        long decimals = context.Integer("decimals", 0);
        if (decimals == 0) return context.Add("Round", value);
        var power = context.Constant(Math.Pow(10, Math.Abs(decimals)), type);
        var (there, back) = decimals > 0 ? ("Mul", "Div") : ("Div", "Mul");
        return context.Add(back, [context.Add("Round", context.Add(there, [value, power])), power]);
    }
}
