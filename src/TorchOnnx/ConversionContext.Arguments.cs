using System.Reflection;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

public sealed partial class ConversionContext
{
    // Nothing of a graph depends on these.
    private static readonly HashSet<string> Meaningless =
        ["inplace", "device", "requires_grad", "names", "generator", "non_blocking", "copy", "disposeAfter"];

    private readonly HashSet<string> _read = [];

    /// <summary>All tensors that the call was given, in the order of its parameters, "this" first.</summary>
    public IReadOnlyList<GraphValue> Inputs
    {
        get
        {
            _read.UnionWith(_call.Arguments.Where(argument => argument.Values.Any()).Select(argument => argument.Name));
            return [.. _call.Inputs.Select(_values)];
        }
    }

    /// <summary>The first tensor that the call was given: "this", where the method is one of a tensor.</summary>
    public GraphValue Input
    {
        get
        {
            _read.Add(_call.Arguments.First(argument => argument.Values.Any()).Name);
            return _values(First);
        }
    }

    /// <summary>The shape of <see cref="Input"/>.</summary>
    public IReadOnlyList<Dimension> InputShape => First.Dimensions;

    /// <summary>The element type of <see cref="Input"/>.</summary>
    public torch.ScalarType InputType => First.Type;

    private RecordedValue First => _call.Inputs.First();

    /// <summary>A dimension of <see cref="Input"/> counted from the front, where −1 is the last.</summary>
    public int Axis(long dimension) => checked((int)(dimension < 0 ? dimension + InputShape.Count : dimension));

    /// <summary>Whether the call has a parameter of that name, and was given something other than null for it.</summary>
    public bool Given(string parameter) => Find(parameter) is not null;

    /// <summary>Whether an argument is a tensor.</summary>
    public bool IsTensor(string parameter) => Find(parameter) is RecordedValue;

    /// <summary>A tensor by the name of its parameter ("this" for the tensor whose method is called).</summary>
    public GraphValue Tensor(string parameter) => TensorOrNull(parameter) ?? throw NoSuch(parameter, "a tensor");

    /// <summary>A tensor by the name of its parameter; null where the call has no such parameter or was given null.</summary>
    public GraphValue? TensorOrNull(string parameter) => Find(parameter) switch
    {
        null => null,
        RecordedValue value => _values(value),
        _ => throw NoSuch(parameter, "a tensor"),
    };

    /// <summary>All tensors of a list, array or tuple by the name of its parameter; empty where nothing was given.</summary>
    public IReadOnlyList<GraphValue> Tensors(string parameter)
    {
        _read.Add(parameter);
        return [.. _call.Arguments.Where(argument => argument.Name == parameter)
            .SelectMany(argument => argument.Values).Select(_values)];
    }

    /// <summary>An integer argument, which may move with the sizes of the inputs.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">What to take where the call has no such parameter or was given null; null to refuse.</param>
    public Dimension Size(string parameter, Dimension? absent = null) => Find(parameter) switch
    {
        Dimension size => size,
        null when absent is { } value => value,
        _ => throw NoSuch(parameter, "an integer"),
    };

    /// <summary>A list of integers, each of which may move with the sizes of the inputs; one integer is a list of one.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">What to take where the call has no such parameter or was given null; null to refuse.</param>
    public IReadOnlyList<Dimension> SizeList(string parameter, IReadOnlyList<Dimension>? absent = null) => Find(parameter) switch
    {
        Dimension size => [size],
        IReadOnlyList<object?> list when list.All(item => item is Dimension) => [.. list.Select(item => (Dimension)item!)],
        null when absent is not null => absent,
        _ => throw NoSuch(parameter, "a list of integers"),
    };

    /// <summary>An integer argument that must not move with the sizes of the inputs.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">What to take where the call has no such parameter or was given null; null to refuse.</param>
    public long Integer(string parameter, long? absent = null) => Static(parameter, Size(parameter, absent is { } value ? value : null));

    /// <summary>A list of integers that must not move with the sizes of the inputs; one integer is a list of one.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">What to take where the call has no such parameter or was given null; null to refuse.</param>
    public long[] Integers(string parameter, long[]? absent = null) =>
        [.. SizeList(parameter, absent?.Select(value => (Dimension)value).ToList()).Select(size => Static(parameter, size))];

    /// <summary>A number, whether it was given as an integer, as a floating-point number or as a TorchSharp scalar.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="absent">What to take where the call has no such parameter or was given null; null to refuse.</param>
    public double Number(string parameter, double? absent = null) => Find(parameter) switch
    {
        double number => number,
        Dimension size => Static(parameter, size),
        bool flag => flag ? 1 : 0,
        null when absent is { } value => value,
        _ => throw NoSuch(parameter, "a number"),
    };

    /// <summary>A flag; <paramref name="absent"/> where the call has no such parameter or was given null.</summary>
    public bool Flag(string parameter, bool absent = false) => Find(parameter) switch
    {
        bool flag => flag,
        null => absent,
        _ => throw NoSuch(parameter, "a flag"),
    };

    /// <summary>An element type; null where the call has no such parameter or was given null.</summary>
    public torch.ScalarType? TypeOrNull(string parameter) => Find(parameter) switch
    {
        torch.ScalarType type => type,
        null => null,
        _ => throw NoSuch(parameter, "an element type"),
    };

    /// <summary>
    /// An argument of any other kind as it was given (a string, an enumeration); null where the call has no such
    /// parameter.
    /// </summary>
    public object? Argument(string parameter) => Find(parameter);

    /// <summary>
    /// An operand that may be a tensor, a number or a TorchSharp scalar, as a value of the given element type: a
    /// tensor is converted, a number becomes a constant, or is calculated where it moves with the sizes of the inputs.
    /// </summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="type">The element type to give it.</param>
    public GraphValue Operand(string parameter, torch.ScalarType type) => Find(parameter) switch
    {
        RecordedValue value => Cast(_values(value), type),
        Dimension { IsDynamic: true } size => Cast(
            Add("Squeeze", [Size(size), Constant([0L])]), type),
        _ => Constant(Number(parameter), type),
    };

    /// <summary>Refuses what the converter did not look at, unless it is at its default.</summary>
    internal void RefuseUnread()
    {
        var defaults = _call.Method.GetParameters().ToDictionary(parameter => parameter.Name ?? "");
        foreach (var argument in _call.Arguments)
            if (argument.Value is not (null or torch.nn.Module) && !_read.Contains(argument.Name) && !Meaningless.Contains(argument.Name)
                && !IsDefault(argument.Value, defaults.GetValueOrDefault(argument.Name)))
                throw Refuse(
                    $"{_call.Name} was given an argument '{argument.Name}' that its converter does not write",
                    $"Leave '{argument.Name}' out, or register a converter of your own for {_call.Name}");
    }

    private static bool IsDefault(object value, ParameterInfo? parameter) => parameter is { HasDefaultValue: true } && value switch
    {
        Dimension { IsDynamic: false } size => parameter.DefaultValue is IConvertible number && Convert.ToInt64(number) == size.Size,
        double number => parameter.DefaultValue is double or float && Convert.ToDouble(parameter.DefaultValue) == number,
        Enum => parameter.DefaultValue is { } constant && Convert.ToInt64(constant) == Convert.ToInt64(value),
        _ => value.Equals(parameter.DefaultValue),
    };

    private object? Find(string parameter)
    {
        _read.Add(parameter);
        return _call.Arguments.FirstOrDefault(argument => argument.Name == parameter)?.Value;
    }

    private long Static(string parameter, Dimension size) => !size.IsDynamic ? size.Size : throw Refuse(
        $"the argument '{parameter}' of {_call.Name} moves with the size of a dynamic dimension, and ONNX wants a fixed number there",
        "Make that dimension static, or compute the argument from something else");

    private OnnxExportException NoSuch(string parameter, string kind) => Refuse(
        $"this overload of {_call.Name} does not take {kind} as '{parameter}', which is what its converter writes",
        "Use another overload, or register a converter of your own");
}
