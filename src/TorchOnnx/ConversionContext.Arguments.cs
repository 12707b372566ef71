using System.Reflection;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

public sealed partial class ConversionContext
{
    // Arguments that don't affect a graph.
    private static readonly HashSet<string> Ignored =
        ["inplace", "device", "requires_grad", "names", "generator", "non_blocking", "copy", "disposeAfter"];

    /// <summary>Gets the tensors in the arguments, in the order of the parameters, with "this" first.</summary>
    public IReadOnlyList<GraphValue> Inputs
    {
        get
        {
            _read.UnionWith(_call.Arguments.Where(argument => argument.Values.Any()).Select(argument => argument.Name));
            return [.. _call.Inputs.Select(_values)];
        }
    }

    /// <summary>Gets the first tensor in the arguments. For a method of a tensor, this is "this".</summary>
    /// <exception cref="InvalidOperationException">The arguments have no tensor.</exception>
    public GraphValue Input
    {
        get
        {
            _read.Add(_call.Arguments.First(argument => argument.Values.Any()).Name);
            return _values(First);
        }
    }

    /// <summary>Gets the shape of <see cref="Input"/>.</summary>
    public IReadOnlyList<Dimension> InputShape => First.Dimensions;

    /// <summary>Gets the dtype of <see cref="Input"/>.</summary>
    public torch.ScalarType InputType => TypeInGraph(First.Type);

    private RecordedValue First => _call.Inputs.First();

    /// <summary>Converts a dimension of <see cref="Input"/>, which may be negative, to a zero-based index.</summary>
    public int Axis(long dimension) => checked((int)(dimension < 0 ? dimension + InputShape.Count : dimension));

    /// <summary>Returns a value that indicates whether an argument exists and isn't null.</summary>
    public bool Given(string parameter) => Raw(parameter) is not null;

    /// <summary>Returns a value that indicates whether an argument is a tensor.</summary>
    public bool IsTensor(string parameter) => Raw(parameter) is RecordedValue;

    /// <summary>Returns a tensor argument. The parameter "this" is the tensor whose method is called.</summary>
    /// <exception cref="OnnxExportException">The call has no such tensor.</exception>
    public GraphValue Tensor(string parameter) => TensorOrNull(parameter) ?? throw NoSuch(parameter, "a tensor");

    /// <summary>
    /// Returns a tensor argument, or <see langword="null"/> if the argument doesn't exist or is null.
    /// </summary>
    /// <exception cref="OnnxExportException">The argument isn't a tensor.</exception>
    public GraphValue? TensorOrNull(string parameter) => Find(parameter) switch
    {
        null => null,
        RecordedValue value => _values(value),
        _ => throw NoSuch(parameter, "a tensor"),
    };

    /// <summary>
    /// Returns the tensors in an argument: a list, array or tuple. Returns an empty list if it doesn't exist.
    /// </summary>
    public IReadOnlyList<GraphValue> Tensors(string parameter)
    {
        _read.Add(parameter);
        return [.. _call.Arguments.Where(argument => argument.Name == parameter)
            .SelectMany(argument => argument.Values).Select(_values)];
    }

    /// <summary>Returns an integer argument, which may depend on open sizes.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">
    /// The result if the call has no such parameter or its argument is null; <see langword="null"/> to refuse the call.
    /// </param>
    /// <exception cref="OnnxExportException">The argument isn't an integer.</exception>
    public Dimension Size(string parameter, Dimension? absent = null) => Find(parameter) switch
    {
        Dimension size => size,
        null when absent is { } value => value,
        _ => throw NoSuch(parameter, "an integer"),
    };

    /// <summary>
    /// Returns a list of integers, which may depend on open sizes. One integer becomes a list of one.
    /// </summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">
    /// The result if the call has no such parameter or its argument is null; <see langword="null"/> to refuse the call.
    /// </param>
    /// <exception cref="OnnxExportException">The argument isn't a list of integers.</exception>
    public IReadOnlyList<Dimension> SizeList(
        string parameter, IReadOnlyList<Dimension>? absent = null) => Find(parameter) switch
        {
            Dimension size => [size],
            IReadOnlyList<object?> list when list.All(item => item is Dimension) =>
                [.. list.Select(item => (Dimension)item!)],
            null when absent is not null => absent,
            _ => throw NoSuch(parameter, "a list of integers"),
        };

    /// <summary>Returns an integer argument.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">
    /// The result if the call has no such parameter or its argument is null; <see langword="null"/> to refuse the call.
    /// </param>
    /// <exception cref="OnnxExportException">
    /// The argument isn't an integer, or it depends on open sizes.
    /// </exception>
    public long Integer(string parameter, long? absent = null) =>
        Static(parameter, Size(parameter, absent is { } value ? value : null));

    /// <summary>Returns a list of integers. One integer becomes a list of one.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">
    /// The result if the call has no such parameter or its argument is null; <see langword="null"/> to refuse the call.
    /// </param>
    /// <exception cref="OnnxExportException">
    /// The argument isn't a list of integers, or one of them depends on open sizes.
    /// </exception>
    public long[] Integers(string parameter, long[]? absent = null) =>
        [.. SizeList(parameter, absent?.Select(value => (Dimension)value).ToList())
            .Select(size => Static(parameter, size))];

    /// <summary>
    /// Returns a number, given as an integer, a floating-point number, a flag or a TorchSharp scalar.
    /// </summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">
    /// The result if the call has no such parameter or its argument is null; <see langword="null"/> to refuse the call.
    /// </param>
    /// <exception cref="OnnxExportException">The argument isn't a number, or it depends on open sizes.</exception>
    public double Number(string parameter, double? absent = null) => Find(parameter) switch
    {
        double number => number,
        Dimension size => Static(parameter, size),
        bool flag => flag ? 1 : 0,
        null when absent is { } value => value,
        _ => throw NoSuch(parameter, "a number"),
    };

    /// <summary>Returns a flag, or <paramref name="absent"/> if the argument doesn't exist or is null.</summary>
    /// <exception cref="OnnxExportException">The argument isn't a flag.</exception>
    public bool Flag(string parameter, bool absent = false) => Find(parameter) switch
    {
        bool flag => flag,
        null => absent,
        _ => throw NoSuch(parameter, "a flag"),
    };

    /// <summary>
    /// Returns an argument of another type, such as a string, a dtype or an enumeration, or <see langword="null"/>.
    /// </summary>
    public object? Argument(string parameter) => Find(parameter);

    /// <summary>
    /// Returns a tensor, a number or a TorchSharp scalar as a value of a dtype. A number becomes a constant, or a
    /// computed value if it depends on open sizes.
    /// </summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="type">The dtype of the result.</param>
    /// <exception cref="OnnxExportException">The argument is neither a tensor nor a number.</exception>
    public GraphValue Operand(string parameter, torch.ScalarType type) => Raw(parameter) switch
    {
        RecordedValue value => Cast(_values(value), type),
        _ when _isImaginary => Constant(0, type),
        PassValues number => Cast(Add("Squeeze", [Number(number), Constant([0L])]), type),
        Dimension { IsDynamic: true } size => Cast(
            Add("Squeeze", [Size(size), Constant([0L])]), type),
        _ => Constant(Number(parameter), type),
    };

    /// <summary>
    /// Returns a list of numbers, which may depend on open sizes, as a value of a dtype and of shape [count].
    /// </summary>
    internal GraphValue Numbers(string parameter, torch.ScalarType type)
    {
        if (Raw(parameter) is not IReadOnlyList<object?> list) throw NoSuch(parameter, "a list of numbers");
        if (list.All(item => item is Dimension)) return Cast(Sizes([.. list.Cast<Dimension>()]), type);
        return Add(
            "Concat", [.. list.Select(item => Cast(Element(item), type))], new OnnxAttribute("axis", 0));

        GraphValue Element(object? item) => item switch
        {
            PassValues number => Number(number),
            Dimension size => Sizes([size]),
            double number => Vector(number),
            bool flag => Vector(flag ? 1 : 0),
            _ => throw NoSuch(parameter, "a list of numbers"),
        };

        GraphValue Vector(double number)
        {
            using var tensor = torch.tensor([number]);
            return Constant(tensor);
        }
    }

    /// <summary>Refuses the call if the converter didn't read an argument that differs from its default.</summary>
    internal void RefuseUnread()
    {
        var defaults = _call.Method.GetParameters().ToDictionary(parameter => parameter.Name ?? "");
        foreach (var argument in _call.Arguments)
        {
            if (argument.Value is not (null or torch.nn.Module)
                && !_read.Contains(argument.Name)
                && !Ignored.Contains(argument.Name)
                && !IsDefault(argument.Value, defaults.GetValueOrDefault(argument.Name)))
            {
                throw Refuse(
                    $"the converter of {_call.Name} doesn't support the argument '{argument.Name}'",
                    $"Omit '{argument.Name}', or register another converter for {_call.Name}");
            }
        }
    }

    private static bool IsDefault(
        object value, ParameterInfo? parameter) => parameter is { HasDefaultValue: true } && value switch
        {
            Dimension { IsDynamic: false } size =>
                parameter.DefaultValue is IConvertible number && Convert.ToInt64(number) == size.Size,
            double number =>
                parameter.DefaultValue is double or float && Convert.ToDouble(parameter.DefaultValue) == number,
            Enum => parameter.DefaultValue is { } constant && Convert.ToInt64(constant) == Convert.ToInt64(value),
            _ => value.Equals(parameter.DefaultValue),
        };

    /// <summary>
    /// Returns an argument as it was recorded. Numbers that depend on open sizes may be <see cref="PassValues"/>.
    /// </summary>
    internal object? Raw(string parameter)
    {
        _read.Add(parameter);
        return _call.Arguments.FirstOrDefault(argument => argument.Name == parameter)?.Value;
    }

    // Converts floating-point numbers that are integers in all passes to sizes.
    private object? Find(string parameter) => Integral(parameter, Raw(parameter));

    private object? Integral(string parameter, object? value) => value switch
    {
        PassValues { IsInteger: true } number => number.ToDimension(),
        PassValues => throw Dynamic(parameter),
        IReadOnlyList<object?> list => list.Select(item => Integral(parameter, item)).ToList(),
        _ => value,
    };

    private long Static(string parameter, Dimension size) => !size.IsDynamic ? size.Size : throw Dynamic(parameter);

    private OnnxExportException Dynamic(string parameter) => Refuse(
        $"the argument '{parameter}' of {_call.Name} depends on an open size, and ONNX requires a constant",
        $"{Alignment.StaticRemedy}, or don't compute the argument from it");

    private OnnxExportException NoSuch(string parameter, string kind) => Refuse(
        $"the converter of {_call.Name} requires {kind} as '{parameter}', which this overload doesn't have",
        "Use another overload, or register another converter");
}
