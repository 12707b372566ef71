using TorchOnnx.Operators;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tracing;

/// <summary>
/// Represents the memory of a tensor and its views. A change through one of them reaches the others when they are used:
/// the changed elements are scattered into the tensor, and the views are taken again.
/// </summary>
/// <param name="value">The value of the tensor that isn't a view.</param>
internal sealed class SharedMemory(RecordedValue value)
{
    private readonly List<(IReadOnlyList<View> Views, RecordedValue Value, TracedCall By)> _changes = [];
    private RecordedValue _base = value;
    private RecordedValue? _positions;
    private bool _isConstant = value.Constant is not null;

    /// <summary>Gets the number of changes.</summary>
    public int Version { get; private set; }

    /// <summary>Gets a value that indicates whether the memory existed before the forward pass.</summary>
    public bool IsOutside { get; } = value.Origin == ValueOrigin.Outside;

    /// <summary>Adds a change.</summary>
    /// <param name="views">The views that lead from the base to the changed tensor.</param>
    /// <param name="value">The new value of the changed tensor.</param>
    /// <param name="by">The call that changed it.</param>
    public void Change(IReadOnlyList<View> views, RecordedValue value, TracedCall by)
    {
        _changes.Add((views, value, by));
        _isConstant &= value.Constant is not null;
        Version++;
    }

    /// <summary>Returns the current value of a tensor in this memory.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="views">The views that lead to it.</param>
    /// <param name="calls">The recording, to which the calls that calculate the value are added.</param>
    public RecordedValue Read(torch.Tensor tensor, IReadOnlyList<View> views, List<RecordedCall> calls)
    {
        foreach (var (changed, value, by) in _changes) _base = Write(changed, value, by, calls);
        _changes.Clear();
        var current = views.Aggregate(_base, (value, view) => view.Repeat(value, calls));
        if (_isConstant) current.Constant ??= TensorTracker.Copy(tensor);
        return current;
    }

    private RecordedValue Write(
        IReadOnlyList<View> views, RecordedValue value, TracedCall by, List<RecordedCall> calls)
    {
        if (views.Count == 0) return value;
        if (views.All(view => view.KeepsOrder)) return Add("value", value, _base.Type, ReshapeConverters.Reshape);
        _positions ??= Add("this", _base, torch.ScalarType.Int64, ScatterConverters.Positions);
        var positions = views.Aggregate(_positions, (position, view) => view.Repeat(position, calls));
        return Add(
            "value", value, _base.Type, ScatterConverters.WriteThrough,
            new RecordedArgument("this", _base), new RecordedArgument("positions", positions));

        RecordedValue Add(
            string name, RecordedValue input, torch.ScalarType type, MethodConverter converter,
            params RecordedArgument[] others)
        {
            var result = new RecordedValue(_base.Shape, type) { Origin = ValueOrigin.Call };
            calls.Add(new()
            {
                Method = by.Target,
                Scope = by.Scope,
                Line = by.Line,
                Arguments = [.. others, new(name, input)],
                Outputs = [result],
                Converter = context => [converter(context)],
            });
            return result;
        }
    }
}

/// <summary>Represents a view of a tensor.</summary>
/// <param name="Call">The call that returned the view.</param>
/// <param name="Output">The index of the view among the outputs.</param>
/// <param name="From">The value of the tensor.</param>
internal sealed record View(RecordedCall Call, int Output, RecordedValue From)
{
    private static readonly HashSet<string> OrderKeeping =
    [
        "view", "view_as", "reshape", "flatten", "ravel", "unflatten", "squeeze", "unsqueeze", "detach", "alias",
        "contiguous", "to", "to_type",
    ];

    /// <summary>
    /// Gets a value that indicates whether the view has all elements of the tensor, in the same order.
    /// </summary>
    public bool KeepsOrder => Call.Module is { } module
        ? module is Flatten or Unflatten or Identity or Dropout
        : OrderKeeping.Contains(Call.Method.Name.TrimEnd('_'));

    /// <summary>Records the same view of another value, and returns it.</summary>
    public RecordedValue Repeat(RecordedValue value, List<RecordedCall> calls)
    {
        RecordedValue[] outputs = [.. Call.Outputs.Select(output =>
            new RecordedValue(output.Shape, value.Type) { Origin = ValueOrigin.Call })];
        calls.Add(new()
        {
            Module = Call.Module,
            MadeWeights = Call.MadeWeights,
            Method = Call.Method,
            Scope = Call.Scope,
            Line = Call.Line,
            Arguments = [.. Call.Arguments.Select(argument =>
                new RecordedArgument(argument.Name, Replace(argument.Value, value)))],
            Outputs = outputs,
            Converter = Call.Converter,
        });
        return outputs[Output];
    }

    private object? Replace(object? argument, RecordedValue value) => argument switch
    {
        RecordedValue tensor => ReferenceEquals(tensor, From) ? value : tensor,
        IReadOnlyList<object?> list => list.Select(item => Replace(item, value)).ToList(),
        _ => argument,
    };
}
