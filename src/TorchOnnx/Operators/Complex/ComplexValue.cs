namespace TorchOnnx.Operators;

/// <summary>Represents a complex value as two values in the graph.</summary>
/// <param name="Real">The real part.</param>
/// <param name="Imaginary">The imaginary part, or <see langword="null"/> if the value is real.</param>
internal sealed record ComplexValue(GraphValue Real, GraphValue? Imaginary)
{
    /// <summary>Applies a linear function to both parts.</summary>
    public ComplexValue Each(Func<GraphValue, GraphValue> function) =>
        new(function(Real), Imaginary is null ? null : function(Imaginary));

    /// <summary>Multiplies by a value.</summary>
    /// <param name="context">The call to convert.</param>
    /// <param name="other">The value.</param>
    /// <param name="opType">The operator of the product: Mul or MatMul.</param>
    public ComplexValue Times(ConversionContext context, ComplexValue other, string opType = "Mul")
    {
        var real = Product(Real, other.Real)!;
        if (Product(Imaginary, other.Imaginary) is { } product) real = context.Add("Sub", [real, product]);
        return new(real, (Product(Real, other.Imaginary), Product(Imaginary, other.Real)) switch
        {
            ({ } left, { } right) => context.Add("Add", [left, right]),
            var (left, right) => left ?? right,
        });

        GraphValue? Product(GraphValue? left, GraphValue? right) =>
            left is null || right is null ? null : context.Add(opType, [left, right]);
    }

    /// <summary>Returns the square of the absolute value.</summary>
    public GraphValue Square(ConversionContext context)
    {
        var square = context.Add("Mul", [Real, Real]);
        return Imaginary is null
            ? square
            : context.Add("Add", [square, context.Add("Mul", [Imaginary, Imaginary])]);
    }

    /// <summary>Returns the conjugate.</summary>
    public ComplexValue Conjugate(ConversionContext context) =>
        new(Real, Imaginary is null ? null : context.Add("Neg", Imaginary));

    /// <summary>Returns both parts as the results of a converter, in the shape of the call's output.</summary>
    public IReadOnlyList<GraphValue> Results(ConversionContext context)
    {
        var zero = context.Constant(0, context.OutputType);
        return [Real, Imaginary ?? context.Expand(zero, [], context.OutputShape)];
    }
}
