using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for windows whose length is open. The results of other calls are constants.</summary>
internal static class WindowConverters
{
    /// <summary>Writes a + b · cos(2πx) + c · cos(4πx), where x grows from 0 to 1 over the window.</summary>
    public static GraphValue Cosines(ConversionContext context, double a, double b, double c = 0) =>
        Window(context, (position, type) =>
        {
            var value = context.Add("Add", [Term(b, 1), context.Constant(a, type)]);
            return c == 0 ? value : context.Add("Add", [value, Term(c, 2)]);

            GraphValue Term(double factor, int periods)
            {
                var angle = Elementwise.Times(context, position, 2 * Math.PI * periods, type);
                return Elementwise.Times(context, context.Add("Cos", angle), factor, type);
            }
        });

    public static GraphValue Hamming(ConversionContext context) =>
        Cosines(context, context.Number("alpha", 0.54f), -context.Number("beta", 0.46f));

    public static GraphValue Bartlett(ConversionContext context) => Window(context, (position, type) =>
    {
        var centered = context.Add("Sub", [Elementwise.Times(context, position, 2, type), context.Constant(1, type)]);
        return context.Add("Sub", [context.Constant(1, type), context.Add("Abs", centered)]);
    });

    private static GraphValue Window(
        ConversionContext context, Func<GraphValue, ScalarType, GraphValue> calculate)
    {
        context.Accept("dtype");
        var (length, type) = (context.Size("len"), context.OutputType);
        var last = context.Scalar(context.Flag("periodic", true) ? length : length - 1, ScalarType.Float64);
        var position = context.Add("Div", [context.Cast(context.Range(length), ScalarType.Float64), last]);
        // The window of one element is 1.
        return context.Add("Where",
        [
            context.Add("Equal", [context.Scalar(length), context.Scalar(1)]), context.Constant(1, type),
            calculate(context.Cast(position, type), type),
        ]);
    }
}
