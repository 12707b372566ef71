using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>What elementwise operations and reductions share: operands, and types to calculate in.</summary>
internal static class Elementwise
{
    // What the operand beside "this" is called, be it a tensor or a number.
    private static readonly string[] OtherNames = ["target", "other", "scalar", "exponent", "y"];

    /// <summary>The name of the parameter of the second operand.</summary>
    public static string Other(ConversionContext context) => OtherNames.First(context.Given);

    /// <summary>
    /// Calculates in the type of the result, or in int32 where that is a flag or a small integer: the runtime knows
    /// most operators for larger integers only, and converting back wraps round as TorchSharp does.
    /// </summary>
    public static GraphValue Calculate(ConversionContext context, Func<ScalarType, GraphValue> calculate)
    {
        var type = Wide(context.OutputType);
        var result = calculate(type);
        return type == context.OutputType ? result : context.Cast(result, context.OutputType);
    }

    /// <summary>
    /// A tensor or a number in the type of a calculation whose result is of the given type: first converted to that,
    /// where it may wrap round, and only then widened.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="result">The type of the result; null for that of what the call returned.</param>
    public static GraphValue Operand(ConversionContext context, string parameter, ScalarType? result = null)
    {
        var type = result ?? context.OutputType;
        var value = context.Operand(parameter, type);
        return Wide(type) == type ? value : context.Add("Cast", value, To(Wide(type)));
    }

    /// <summary>One operator upon the only operand.</summary>
    public static GraphValue Unary(ConversionContext context, string opType, params OnnxAttribute[] attributes) =>
        Calculate(context, type => context.Add(opType, context.Cast(context.Input, type), attributes));

    /// <summary>One operator upon both operands.</summary>
    public static GraphValue Binary(ConversionContext context, string opType) => Calculate(context, _ =>
        context.Add(opType, [Operand(context, "this"), Operand(context, Other(context))]));

    /// <summary>The type of a calculation whose result is of the given type.</summary>
    public static ScalarType Wide(ScalarType type) =>
        type is ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 ? ScalarType.Int32 : type;

    /// <summary>Whether a type has fractions.</summary>
    public static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>A type with fractions: the given one, or float32 in the place of integers.</summary>
    public static ScalarType Floating(ScalarType type) => IsFloating(type) ? type : ScalarType.Float32;

    /// <summary>
    /// The type in which TorchSharp combines operands. A tensor of one element without dimensions counts only if it is
    /// of a higher kind (flags, integers, floating-point numbers) than those with dimensions, and a number only if it
    /// is of a higher kind than the tensors.
    /// </summary>
    public static ScalarType Promote(ConversionContext context, params string[] parameters)
    {
        ScalarType? dimensioned = null, single = null, number = null;
        foreach (string parameter in parameters)
        {
            switch (context.Argument(parameter))
            {
                case RecordedValue { Shape.Length: > 0 } tensor: dimensioned = Join(dimensioned, tensor.Type); break;
                case RecordedValue tensor: single = Join(single, tensor.Type); break;
                case double: number = Join(number, get_default_dtype()); break;
                case Dimension: number = Join(number, ScalarType.Int64); break;
                case bool: number = Join(number, ScalarType.Bool); break;
            }
        }
        return Raise(dimensioned, Raise(single, number)) ?? context.InputType;
    }

    /// <summary>A size as a value of shape [] (scalar) and of the given type.</summary>
    public static GraphValue Number(ConversionContext context, Dimension size, ScalarType type) => size.IsDynamic
        ? context.Cast(context.Add("Squeeze", [context.Sizes([size]), context.Constant([0L])]), type)
        : context.Constant(size.Size, type);

    /// <summary>1 for whatever is not 0, and 0 for what is.</summary>
    public static GraphValue Truth(ConversionContext context, GraphValue value, ScalarType type) =>
        context.Add("Cast", context.Cast(value, ScalarType.Bool), To(type));

    /// <summary>The attribute of a Cast to a type.</summary>
    public static OnnxAttribute To(ScalarType type) => new("to", (long)TensorFormat.DataType(type));

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
