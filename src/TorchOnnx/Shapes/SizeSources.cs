using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>Collects the sizes of a graph's values and adds the nodes that compute other numbers from them.</summary>
internal sealed class SizeSources(GraphBuilder graph, NumberFormulas? formulas)
{
    // The number of bits of a float64 to round off: those that an approximate logarithm gets wrong, and those that a
    // float32 lacks.
    private const int InexactBits = 9;
    private const int SingleBits = 29;

    private readonly List<(GraphValue Value, int Axis, Dimension Size)> _sources = [];
    private readonly Dictionary<GraphValue, GraphValue> _shapes = [];
    private readonly Dictionary<Dimension, GraphValue> _sizes = [];
    private readonly Dictionary<PassValues, Number> _numbers = [];

    // Represents a number as an int64 or float64 value of shape [1].
    private readonly record struct Number(GraphValue Value, bool IsInteger);

    /// <summary>Adds the dynamic sizes of a value.</summary>
    public void Add(GraphValue value)
    {
        foreach (var (axis, size) in value.Shape!.Index())
        {
            if (size.IsDynamic && _sources.All(source => source.Size != size)) _sources.Add((value, axis, size));
        }
    }

    /// <summary>
    /// Returns a size as an int64 value of shape [1], or <see langword="null"/> if no expression gives it.
    /// </summary>
    public GraphValue? Write(string scope, Dimension size)
    {
        if (_sizes.TryGetValue(size, out var known)) return known;
        if (_sources.Exists(source => source.Size == size)) return Read(scope, size);
        if (formulas?.Computed(new(size, size.Passes)) is { } formula)
        {
            return Computed(scope, formula) is { } number ? _sizes[size] = ToInteger(scope, number) : null;
        }
        if (SizeExpression.Find(size, _sources.Select(source => source.Size)) is not { } expression) return null;
        var value = Read(scope, expression.Left);
        if (expression.Right is { } right)
        {
            value = Node(scope, expression.IsSum ? "Add" : "Mul", value, Read(scope, right));
        }
        if (expression.Factor != 1) value = Node(scope, "Mul", value, Constant(scope, expression.Factor));
        if (expression.Shift != 0) value = Node(scope, "Add", value, Constant(scope, expression.Shift));
        if (expression.Divisor != 1) value = Node(scope, "Div", value, Constant(scope, expression.Divisor));
        if (expression.Multiplier != 1) value = Node(scope, "Mul", value, Constant(scope, expression.Multiplier));
        if (expression.Offset != 0) value = Node(scope, "Add", value, Constant(scope, expression.Offset));
        return _sizes[size] = value;
    }

    /// <summary>Returns a value that indicates whether a size can be computed from the sizes of some values.</summary>
    public bool Knows(Dimension size, Func<GraphValue, bool> isFrom) => !size.IsDynamic || SizeExpression.Find(
        size, _sources.Where(source => isFrom(source.Value)).Select(source => source.Size)) is not null;

    /// <summary>
    /// Returns a number as a float64 value of shape [1], or <see langword="null"/> if no expression gives it.
    /// </summary>
    public GraphValue? WriteNumber(string scope, PassValues number) =>
        Any(scope, formulas!.Find(number)) is { } written ? ToFloat(scope, written) : null;

    private Number? Any(string scope, NumberFormula formula)
    {
        var values = formula.Values;
        if (values.IsConstant)
        {
            return values.IsInteger
                ? new(Constant(scope, (long)values.Example), true)
                : new(Constant(scope, values.Example), false);
        }
        if (values.IsInteger && _sources.Exists(source => source.Size == values.ToDimension()))
        {
            return new(Read(scope, values.ToDimension()), true);
        }
        if (formula.Operands is not null) return Computed(scope, formula);
        return values.IsInteger && Write(scope, values.ToDimension()) is { } size
            ? new(size, true)
            : null;
    }

    private Number? Computed(string scope, NumberFormula formula)
    {
        if (_numbers.TryGetValue(formula.Values, out var known)) return known;
        if (formula.Operands is not var (left, right)
            || Any(scope, left) is not { } first || Any(scope, right) is not { } second)
        {
            return null;
        }
        var result = formula.Site!.Kind is StackKind.Int32 or StackKind.Int64
            ? OfIntegers(scope, formula, ToInteger(scope, first), ToInteger(scope, second))
            : OfFloats(scope, formula, ToFloat(scope, first), ToFloat(scope, second));
        return result is { } written ? _numbers[formula.Values] = written : null;
    }

    private Number? OfIntegers(string scope, NumberFormula formula, GraphValue left, GraphValue right)
    {
        // A mask keeps the low or the high bits. Mod rounds down, which gives the low bits of negative numbers too.
        long constant = formula.Operands!.Value.Right.Values is { IsConstant: true, Example: var number }
            ? (long)number
            : 0;
        GraphValue? value = formula.Site!.Operation switch
        {
            NumberOperation.Add => Node(scope, "Add", left, right),
            NumberOperation.Subtract => Node(scope, "Sub", left, right),
            NumberOperation.Multiply => Node(scope, "Mul", left, right),
            NumberOperation.Divide => Node(scope, "Div", left, right),
            // The remainder has the sign of the dividend in C#, and the sign of the divisor in ONNX.
            NumberOperation.Remainder =>
                Node(scope, "Sub", left, Node(scope, "Mul", Node(scope, "Div", left, right), right)),
            NumberOperation.Minimum => Node(scope, "Min", left, right),
            NumberOperation.Maximum => Node(scope, "Max", left, right),
            NumberOperation.And when constant > 0 && long.IsPow2(constant + 1) =>
                Node(scope, "Mod", left, Constant(scope, constant + 1)),
            NumberOperation.And when constant < 0 && long.IsPow2(-constant) =>
                Node(scope, "Sub", left, Node(scope, "Mod", left, Constant(scope, -constant))),
            NumberOperation.ShiftLeft when constant is > 0 and < 32 =>
                Node(scope, "Mul", left, Constant(scope, 1L << (int)constant)),
            NumberOperation.ShiftRight when constant is > 0 and < 32 => Node(
                scope, "Div",
                Node(scope, "Sub", left, Node(scope, "Mod", left, Constant(scope, 1L << (int)constant))),
                Constant(scope, 1L << (int)constant)),
            NumberOperation.Negate => Node(scope, "Neg", left),
            NumberOperation.Not => Node(scope, "Sub", Constant(scope, -1), left),
            NumberOperation.Absolute => Node(scope, "Abs", left),
            NumberOperation.ToSingle => left,
            NumberOperation.Equal or NumberOperation.NotEqual or NumberOperation.IsTrue =>
                Outcome(scope, formula.Site.Operation, left, right),
            // A debug build compares with 0 by an unsigned comparison.
            _ when !formula.Site.IsUnsigned || (IsNatural(formula.Operands.Value.Left)
                    && IsNatural(formula.Operands.Value.Right)) =>
                Outcome(scope, formula.Site.Operation, left, right),
            _ => null,
        };
        return value is null ? null : new(value, true);
    }

    private static bool IsNatural(NumberFormula formula) =>
        formula.Samples is { } samples && Array.TrueForAll(samples, number => number >= 0 || double.IsNaN(number));

    // Returns the outcome of a comparison as 0 or 1, or null for another operation.
    private GraphValue? Outcome(string scope, NumberOperation operation, GraphValue left, GraphValue right)
    {
        GraphValue? flag = operation switch
        {
            NumberOperation.Equal => Node(scope, "Equal", left, right),
            NumberOperation.NotEqual => Node(scope, "Not", Node(scope, "Equal", left, right)),
            NumberOperation.Less => Node(scope, "Less", left, right),
            NumberOperation.LessOrEqual => Node(scope, "LessOrEqual", left, right),
            NumberOperation.Greater => Node(scope, "Greater", left, right),
            NumberOperation.GreaterOrEqual => Node(scope, "GreaterOrEqual", left, right),
            NumberOperation.IsTrue => Cast(scope, left, torch.ScalarType.Bool),
            _ => null,
        };
        return flag is null ? null : Cast(scope, flag, torch.ScalarType.Int64);
    }

    private Number? OfFloats(string scope, NumberFormula formula, GraphValue left, GraphValue right)
    {
        var site = formula.Site!;
        if (Outcome(scope, site.Operation, left, right) is { } outcome) return new(outcome, true);
        bool isFinite = formula.Samples is { } samples && !Array.Exists(samples, double.IsInfinity);
        var value = site.Operation switch
        {
            NumberOperation.Add => Node(scope, "Add", left, right),
            NumberOperation.Subtract => Node(scope, "Sub", left, right),
            NumberOperation.Multiply => Node(scope, "Mul", left, right),
            NumberOperation.Divide => Node(scope, "Div", left, right),
            NumberOperation.Minimum => Node(scope, "Min", left, right),
            NumberOperation.Maximum => Node(scope, "Max", left, right),
            NumberOperation.Power => Node(scope, "Pow", left, right),
            NumberOperation.Negate => Node(scope, "Neg", left),
            NumberOperation.Absolute => Node(scope, "Abs", left),
            NumberOperation.SquareRoot => Node(scope, "Sqrt", left),
            NumberOperation.Exponential => Node(scope, "Exp", left),
            NumberOperation.Logarithm => Node(scope, "Log", left),
            // In C#, the logarithm of a power of the base is a whole number.
            NumberOperation.Logarithm2 => Rounded(scope, Logarithm(scope, left, 2), InexactBits, isFinite),
            NumberOperation.Logarithm10 => Rounded(scope, Logarithm(scope, left, 10), InexactBits, isFinite),
            NumberOperation.Floor => Node(scope, "Floor", left),
            NumberOperation.Ceiling => Node(scope, "Ceil", left),
            NumberOperation.Round => Node(scope, "Round", left),
            NumberOperation.Truncate => Cast(scope, left, torch.ScalarType.Int64),
            NumberOperation.ToSingle => Rounded(scope, left, SingleBits, isFinite),
            _ => null,
        };
        if (value is null) return null;
        if (site.Operation == NumberOperation.Truncate) return new(value, true);
        return new(site.Kind == StackKind.Single ? Rounded(scope, value, SingleBits, isFinite) : value, false);
    }

    private GraphValue Logarithm(string scope, GraphValue value, double radix) =>
        Node(scope, "Div", Node(scope, "Log", value), Constant(scope, Math.Log(radix)));

    // Veltkamp's splitting (Dekker, 1971) rounds without float32, which a float16 graph doesn't have.
    private GraphValue Rounded(string scope, GraphValue value, int bits, bool isFinite)
    {
        var product = Node(scope, "Mul", value, Constant(scope, (1L << bits) + 1.0));
        var rounded = Node(scope, "Sub", product, Node(scope, "Sub", product, value));
        // The difference of two infinities is NaN.
        return isFinite ? rounded : Node(scope, "Where", Node(scope, "Equal", product, value), value, rounded);
    }

    private GraphValue ToInteger(string scope, Number number) =>
        number.IsInteger ? number.Value : Cast(scope, number.Value, torch.ScalarType.Int64);

    private GraphValue ToFloat(string scope, Number number) =>
        number.IsInteger ? Cast(scope, number.Value, torch.ScalarType.Float64) : number.Value;

    private GraphValue Cast(string scope, GraphValue value, torch.ScalarType type) => graph.AddNode(
        scope, "Cast", [value], [new OnnxAttribute("to", (long)TensorFormat.DataType(type))], outputs: 1)[0];

    private GraphValue Read(string scope, Dimension size)
    {
        if (_sizes.TryGetValue(size, out var known)) return known;
        var (source, axis, _) = _sources.First(source => source.Size == size);
        if (!_shapes.TryGetValue(source, out var shape))
        {
            _shapes[source] = shape = graph.AddNode(scope, "Shape", [source], [], outputs: 1)[0];
        }
        return _sizes[size] = graph.AddNode(
            scope, "Gather", [shape, Constant(scope, (long)axis)], [new OnnxAttribute("axis", 0)], outputs: 1)[0];
    }

    private GraphValue Node(string scope, string opType, params GraphValue[] inputs) =>
        graph.AddNode(scope, opType, inputs, [], outputs: 1)[0];

    private GraphValue Constant(string scope, long value)
    {
        using var tensor = torch.tensor([value]);
        return graph.AddConstant(scope, tensor);
    }

    private GraphValue Constant(string scope, double value)
    {
        using var tensor = torch.tensor([value]);
        return graph.AddConstant(scope, tensor);
    }
}
