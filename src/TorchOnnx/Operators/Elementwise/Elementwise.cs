using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Adds elementwise operations, and finds the dtypes of their operands and calculations.</summary>
internal static class Elementwise
{
    // The names of the second operand in the overloads of TorchSharp's binary operations.
    private static readonly string[] OtherNames = ["target", "other", "scalar", "exponent", "y"];

    /// <summary>Adds an operator with one operand.</summary>
    public static GraphValue Unary(ConversionContext context, string opType) =>
        Calculate(context, type => context.Add(opType, context.Cast(context.Input, type)));

    /// <summary>Adds an operator with two operands.</summary>
    public static GraphValue Binary(ConversionContext context, string opType) =>
        Binary(context, (left, right, _) => context.Add(opType, [left, right]));

    /// <summary>Adds a calculation with two operands in the dtype of <see cref="Calculate"/>.</summary>
    public static GraphValue Binary(
        ConversionContext context, Func<GraphValue, GraphValue, ScalarType, GraphValue> calculate) =>
        Calculate(context, type => calculate(Operand(context, "this"), Operand(context, Other(context)), type));

    /// <summary>
    /// Calculates in the dtype of the result, but in int32 if that is bool or a small integer, for which ONNX Runtime
    /// has few kernels. The cast back wraps around as TorchSharp does.
    /// </summary>
    public static GraphValue Calculate(ConversionContext context, Func<ScalarType, GraphValue> calculate)
    {
        var type = Wide(context.OutputType);
        var result = calculate(type);
        return type == context.OutputType ? result : context.Cast(result, context.OutputType);
    }

    /// <summary>
    /// Returns a tensor or number argument in the dtype of the calculation. It is cast to the result's dtype first,
    /// where it may wrap around, and then widened.
    /// </summary>
    /// <param name="context">The call to convert.</param>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="result">
    /// The dtype to cast to first, or <see langword="null"/> for the dtype of the call's result.
    /// </param>
    public static GraphValue Operand(ConversionContext context, string parameter, ScalarType? result = null)
    {
        var type = result ?? context.OutputType;
        var value = context.Operand(parameter, type);
        return Wide(type) == type ? value : context.Cast(value, Wide(type));
    }

    /// <summary>Returns the name of the second operand's parameter.</summary>
    public static string Other(ConversionContext context) => OtherNames.First(context.Given);

    /// <summary>Multiplies by a number.</summary>
    public static GraphValue Times(ConversionContext context, GraphValue value, double factor, ScalarType type) =>
        context.Add("Mul", [value, context.Constant(factor, type)]);

    /// <summary>Returns the dtype in which <see cref="Calculate"/> computes a result.</summary>
    public static ScalarType Wide(ScalarType type) =>
        type is ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 ? ScalarType.Int32 : type;

    /// <summary>Returns a value that indicates whether a dtype is floating-point.</summary>
    public static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>Returns <paramref name="type"/> if it is floating-point, and float32 otherwise.</summary>
    public static ScalarType Floating(ScalarType type) => IsFloating(type) ? type : ScalarType.Float32;

    /// <summary>
    /// Returns the dtype that torch promotes operands to. A scalar tensor counts only if its kind (bool, integer,
    /// floating-point) is higher than the kind of the other tensors. A number counts only if its kind is higher than
    /// the kind of all tensors. See "Type promotion" in the documentation of PyTorch's torch.dtype.
    /// </summary>
    public static ScalarType Promote(ConversionContext context, params string[] parameters)
    {
        ScalarType? dimensioned = null, scalar = null, number = null;
        foreach (string parameter in parameters)
        {
            switch (context.Raw(parameter))
            {
                case RecordedValue { Shape.Length: > 0 } tensor: dimensioned = Join(dimensioned, tensor.Type); break;
                case RecordedValue tensor: scalar = Join(scalar, tensor.Type); break;
                case double or PassValues: number = Join(number, get_default_dtype()); break;
                case Dimension: number = Join(number, ScalarType.Int64); break;
                case bool: number = Join(number, ScalarType.Bool); break;
            }
        }
        return Raise(dimensioned, Raise(scalar, number)) is { } type
            ? ConversionContext.TypeInGraph(type)
            : context.InputType;
    }

    private static ScalarType Join(ScalarType? left, ScalarType right) =>
        left is { } type ? promote_types(type, right) : right;

    private static ScalarType? Raise(ScalarType? type, ScalarType? lower) => Kind(lower) > Kind(type) ? lower : type;

    private static int Kind(ScalarType? type) => type switch
    {
        null => 0,
        ScalarType.Bool => 1,
        { } known => IsFloating(known) ? 3 : 2,
    };
}
