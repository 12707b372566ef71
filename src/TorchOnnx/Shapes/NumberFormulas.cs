using System.Globalization;
using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>Represents a number that forward computes, as a formula of the open sizes.</summary>
/// <param name="Values">The number in each pass.</param>
/// <param name="Samples">The number at the sampled sizes, or <see langword="null"/> if it is unknown.</param>
/// <param name="Text">The computation as C#.</param>
internal sealed record NumberFormula(PassValues Values, double[]? Samples, string Text)
{
    /// <summary>Gets the computation, or <see langword="null"/> for a constant or a size of a tensor.</summary>
    public NumberSite? Site { get; init; }

    /// <summary>
    /// Gets the operands of the computation. The second one is unused if the computation takes one operand.
    /// </summary>
    public (NumberFormula Left, NumberFormula Right)? Operands { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the number was computed from sizes by code that cannot be followed.
    /// </summary>
    public bool IsOpaque { get; init; }

    /// <summary>Gets a value that indicates whether the number follows from the size of a tensor.</summary>
    public bool IsSize { get; init; }

    /// <summary>Gets a value that indicates whether the formula was fitted to the numbers of the passes.</summary>
    public bool IsFitted { get; init; }

    /// <summary>Gets the text as an operand of another computation.</summary>
    public string Operand => Text.Contains(' ') && Site?.Operation
        is <= NumberOperation.Remainder or (>= NumberOperation.And and <= NumberOperation.ShiftRight)
            ? $"({Text})"
            : Text;
}

/// <summary>
/// Maps numbers to their formulas. Numbers that are equal in all passes share a formula; <see cref="NumberAlignment"/>
/// reports those that differ at a sample.
/// </summary>
internal sealed class NumberFormulas
{
    private readonly SizeSamples _samples;
    private readonly Dictionary<PassValues, NumberFormula> _formulas = [];
    private readonly List<(Dimension Size, string Text)> _sizes = [];
    private readonly Dictionary<PassValues, string> _texts = [];
    private readonly int _passes;

    /// <summary>Creates a table for recordings at several sizes.</summary>
    public static NumberFormulas Of(
        DynamicSizes dimensions, SizeSamples samples, IReadOnlyList<Recording> passes) => new(
            samples, passes.Count,
            from input in passes[0].Inputs.Index()
            from axis in Enumerable.Range(0, input.Item.Shape.Length)
            let name = dimensions.NameOf(input.Index, axis)
            where name is not null
            select (name, new Dimension([.. passes.Select(pass => pass.Inputs[input.Index].Shape[axis])])),
            passes[0].Calls.Index().TakeWhile(call => passes.All(pass =>
                    pass.Calls.Count > call.Index && pass.Calls[call.Index].Method == call.Item.Method
                    && pass.Calls[call.Index].Outputs.Count == call.Item.Outputs.Count))
                .SelectMany(call => call.Item.Outputs.Index().SelectMany(output => SizesOf(
                    [.. passes.Select(pass => pass.Calls[call.Index].Outputs[output.Index].Shape)], call.Item.Name))));

    private static IEnumerable<(Dimension, string)> SizesOf(IReadOnlyList<long[]> shapes, string name) =>
        shapes.Any(shape => shape.Length != shapes[0].Length)
            ? []
            : shapes[0].Select((_, axis) => (
                new Dimension([.. shapes.Select(shape => shape[axis])]), $"{name}(…).shape[{axis}]"))
                .Where(size => size.Item1.IsDynamic);

    /// <summary>Creates a table that contains the open sizes.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="passes">The number of passes.</param>
    /// <param name="open">The open dimensions.</param>
    /// <param name="sizes">The other dynamic sizes of tensors, in order, with their texts.</param>
    private NumberFormulas(
        SizeSamples samples, int passes, IEnumerable<(string Name, Dimension Size)> open,
        IEnumerable<(Dimension Size, string Text)> sizes)
    {
        (_samples, _passes) = (samples, passes);
        foreach (var (name, size) in open)
        {
            var values = new PassValues(size, passes);
            if (_formulas.TryAdd(values, new(values, samples.Of(name), name))) _sizes.Add((size, name));
        }
        foreach (var (size, text) in sizes)
        {
            if (_texts.TryAdd(new(size, passes), text) && !_sizes.Exists(known => known.Size == size))
            {
                _sizes.Add((size, text));
            }
        }
    }

    public int SampleCount => _samples.Count;

    /// <summary>
    /// Returns the formula of a number that forward computes from others, or <see langword="null"/> if it computes no
    /// such number.
    /// </summary>
    public NumberFormula? Computed(PassValues values) =>
        _formulas.TryGetValue(values, out var formula) && (formula.Operands is not null || formula.IsOpaque)
            ? formula
            : null;

    /// <summary>
    /// Returns the formula of a number. Its samples are <see langword="null"/> if the formula is unknown.
    /// </summary>
    public NumberFormula Find(PassValues values)
    {
        if (_formulas.TryGetValue(values, out var known)) return known;
        return _formulas[values] = values.IsConstant ? Constant(values) : Fitted(values);
    }

    public void Add(NumberFormula formula) => _formulas[formula.Values] = formula;

    private NumberFormula Constant(PassValues values)
    {
        double[] samples = new double[_samples.Count];
        Array.Fill(samples, values.Example);
        return new(values, samples, values.Example.ToString(CultureInfo.InvariantCulture));
    }

    // Fits a formula to a size of a tensor, or to an integer from code that isn't rewritten.
    private NumberFormula Fitted(PassValues values)
    {
        string text = _texts.GetValueOrDefault(values) ?? "a number";
        if (!values.IsInteger) return new(values, null, text);
        var size = values.ToDimension();
        var simpler = _sizes.TakeWhile(known => known.Size != size).Select(known => known.Size).ToList();
        if (SizeExpression.Find(size, simpler) is not { } expression)
        {
            return new(values, null, text) { IsSize = _texts.ContainsKey(values) };
        }
        var left = Find(new PassValues(expression.Left, _passes)).Samples;
        var right = expression.Right is { } other ? Find(new PassValues(other, _passes)).Samples : left;
        return new(
            values,
            left is null || right is null
                ? null
                : [.. left.Zip(right, expression.Of)],
            text)
        {
            IsFitted = true,
            IsSize = _texts.ContainsKey(values),
        };
    }
}
