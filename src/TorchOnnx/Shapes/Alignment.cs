using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>
/// Lays forward passes with different input sizes side by side: every integer that moved becomes a dynamic
/// <see cref="Dimension"/> of the first one, and whatever else moved is a problem.
/// </summary>
/// <param name="described">The passes, each with what moved; the one with the example first.</param>
internal sealed class Alignment(IReadOnlyList<(string Description, Recording Recording)> described)
{
    private readonly IReadOnlyList<Recording> _passes = [.. described.Select(pass => pass.Recording)];
    private readonly Recording _first = described[0].Recording;
    private readonly List<OnnxExportProblem> _problems = [];

    /// <summary>Aligns all passes into the first.</summary>
    /// <returns>What cannot be aligned; empty when the first pass now speaks for all sizes.</returns>
    public IReadOnlyList<OnnxExportProblem> Align()
    {
        if (Fork() is { } fork) return [fork];
        Align([.. _passes.Select(pass => pass.Inputs)]);
        for (int index = 0; index < _first.Calls.Count && _problems.Count == 0; index++) Align(index);
        if (_passes.Any(pass => pass.Outputs.Count != _first.Outputs.Count))
            _problems.Add(new("", "model", "it returns more or fewer tensors when the input sizes move", StaticRemedy));
        return _problems;
    }

    private const string StaticRemedy = "Make the dimension static: leave it out of DynamicDimensions, or set DynamicBatch = false";

    // The first call at which two passes part.
    private OnnxExportProblem? Fork()
    {
        foreach (var (description, other) in described.Skip(1))
        {
            int common = _first.Calls.Zip(other.Calls).TakeWhile(pair => IsSameLeaf(pair.First, pair.Second)).Count();
            if (common == _first.Calls.Count && common == other.Calls.Count) continue;
            var call = common < _first.Calls.Count ? _first.Calls[common] : other.Calls[common];
            return call.Problem(
                $"the forward pass takes another way from {call.Name} on with {description}, so a condition or the length of a "
                    + "loop depends on a dynamic size",
                StaticRemedy + "; or, where such a size is never asked for, give the dimension a Max below it");
        }
        return null;
    }

    private static bool IsSameLeaf(RecordedCall left, RecordedCall right) =>
        left.Method == right.Method && ReferenceEquals(left.Module, right.Module) && left.Line == right.Line
        && left.Outputs.Count == right.Outputs.Count && left.Arguments.Count == right.Arguments.Count;

    private void Align(int index)
    {
        var call = _first.Calls[index];
        RecordedCall[] calls = [.. _passes.Select(pass => pass.Calls[index])];
        for (int argument = 0; argument < call.Arguments.Count; argument++)
        {
            object?[] values = [.. calls.Select(twin => twin.Arguments[argument].Value)];
            if (Merge(values) is { } merged) call.Arguments[argument].Value = merged.Value;
            else _problems.Add(Moving(call, call.Arguments[argument]));
        }
        Align([.. calls.Select(twin => twin.Outputs)]);
        AlignConstants(call, calls);
    }

    private static OnnxExportProblem Moving(RecordedCall call, RecordedArgument argument) =>
        argument.Values.Any(value => value.Origin == ValueOrigin.Outside)
            ? call.Problem(
                $"the argument '{argument.Name}' of {call.Name} is a tensor that was made where nobody looks, on another thread "
                    + "for example, and it is another one in every pass",
                "Make it in the code that forward runs")
            : call.Problem(
                $"the argument '{argument.Name}' of {call.Name} moves with the input sizes and is no integer", StaticRemedy);

    private static void Align(IReadOnlyList<RecordedValue>[] values)
    {
        foreach (var (index, value) in values[0].Index())
        {
            RecordedValue[] twins = [.. values.Select(list => list[index])];
            // A dimension more or less shows as a fork or as a mismatch behind.
            if (twins.All(twin => twin.Shape.Length == value.Shape.Length))
                value.Dimensions = [.. value.Shape.Index().Select(axis =>
                    new Dimension([.. twins.Select(twin => twin.Shape[axis.Index])]))];
        }
    }

    // What is the same in all passes is a constant; what moved has to be calculated.
    private void AlignConstants(RecordedCall call, RecordedCall[] calls)
    {
        foreach (var (index, output) in call.Outputs.Index())
        {
            if (output.Constant is not { } constant) continue;
            bool same = calls.All(twin => twin.Outputs[index].Constant is { } other && AreEqual(constant, other));
            if (same) continue;
            output.Constant = null;
            if (!output.Dimensions.Any(size => size.IsDynamic) && !call.Arguments.Any(argument => Moves(argument.Value)))
                _problems.Add(call.Problem(
                    $"{call.Name} gives other numbers at every call", "Draw random numbers outside and hand them in as an input"));
        }
    }

    /// <summary>Whether two tensors have the same type, shape and elements.</summary>
    public static bool AreEqual(torch.Tensor left, torch.Tensor right)
    {
        if (left.dtype != right.dtype || !left.shape.SequenceEqual(right.shape)) return false;
        using var scope = torch.NewDisposeScope();
        return left.detach().cpu().contiguous().bytes.SequenceEqual(right.detach().cpu().contiguous().bytes);
    }

    private static bool Moves(object? value) => value switch
    {
        Dimension size => size.IsDynamic,
        RecordedIndex index => index.Start is { IsDynamic: true } || index.Stop is { IsDynamic: true } || index.Step is { IsDynamic: true },
        RecordedValue tensor => tensor.Origin == ValueOrigin.Call && tensor.Constant is null,
        IReadOnlyList<object?> list => list.Any(Moves),
        _ => false,
    };

    // Null where the values differ in more than integers; wrapped, for null is a value too.
    private static (object? Value, bool Found)? Merge(object?[] values)
    {
        switch (values[0])
        {
            case Dimension when values.All(value => value is Dimension):
                return (new Dimension([.. values.Select(value => ((Dimension)value!).Size)]), true);
            case double number when values.All(value => value is double):
                if (values.All(value => value!.Equals(number))) return (number, true);
                // A length that was converted to a floating-point number on its way.
                return values.All(value => double.IsInteger((double)value!))
                    ? (new Dimension([.. values.Select(value => (long)(double)value!)]), true)
                    : null;
            case RecordedValue tensor:
                return values.All(value => value is RecordedValue twin && IsSame(tensor, twin)) ? (tensor, true) : null;
            case RecordedIndex:
                return MergeIndex(values);
            case IReadOnlyList<object?> list
                when values.All(value => value is IReadOnlyList<object?> other && other.Count == list.Count):
                var items = list.Index().Select(item =>
                    Merge([.. values.Select(value => ((IReadOnlyList<object?>)value!)[item.Index])])).ToList();
                return items.All(item => item is not null) ? (items.ConvertAll(item => item!.Value.Value), true) : null;
            default:
                return values.All(value => Equals(value, values[0])) ? (values[0], true) : null;
        }
    }

    // A tensor from outside that is another in each pass was made where nobody looked.
    private static bool IsSame(RecordedValue left, RecordedValue right) => left.Origin == right.Origin
        && (left.Origin != ValueOrigin.Outside || left.Identity == right.Identity
            || (left.Constant is { } constant && right.Constant is { } other && AreEqual(constant, other)));

    private static (object? Value, bool Found)? MergeIndex(object?[] values)
    {
        if (!values.All(value => value is RecordedIndex)) return null;
        RecordedIndex[] indices = [.. values.Cast<RecordedIndex>()];
        if (indices.Any(index => index.Kind != indices[0].Kind || index.Tensor is null != indices[0].Tensor is null)) return null;
        if (!Merge(index => index.Start, out var start) || !Merge(index => index.Stop, out var stop)
            || !Merge(index => index.Step, out var step)) return null;
        return (indices[0] with { Start = start, Stop = stop, Step = step }, true);

        bool Merge(Func<RecordedIndex, Dimension?> part, out Dimension? merged)
        {
            Dimension?[] parts = [.. indices.Select(part)];
            merged = parts.All(value => value is not null) ? new Dimension([.. parts.Select(value => value!.Value.Size)]) : null;
            return merged is not null || parts.All(value => value is null);
        }
    }
}
