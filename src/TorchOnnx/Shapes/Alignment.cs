using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>
/// Compares forward passes at different input sizes. Integers that differ become dynamic sizes of the first recording,
/// and any other difference is a problem.
/// </summary>
/// <param name="passes">The recordings with a description of their sizes; first the one with the example.</param>
/// <param name="formulas">The numbers that forward computes from sizes.</param>
internal sealed class Alignment(
    IReadOnlyList<(string Description, Recording Recording)> passes, NumberFormulas formulas)
{
    public const string StaticWays = "remove it from DynamicDimensions, or set DynamicBatch = false";
    public const string StaticRemedy = $"Make the dimension static ({StaticWays})";

    private const string VaryingRemedy =
        "Compute with tensors instead, or pass the value as an input of the module";

    private readonly Recording _first = passes[0].Recording;
    private readonly List<OnnxExportProblem> _problems = [];

    /// <summary>Aligns all recordings with the first one, which changes.</summary>
    /// <returns>The problems; empty if the first recording now represents all sizes.</returns>
    public IReadOnlyList<OnnxExportProblem> Align()
    {
        if (Fork() is { } fork) return [fork];
        Align([.. passes.Select(pass => pass.Recording.Inputs)]);
        for (int index = 0; index < _first.Calls.Count && _problems.Count == 0; index++) Align(index);
        if (passes.Any(pass => pass.Recording.Outputs.Count != _first.Outputs.Count))
        {
            _problems.Add(new("", "model", $"the number of returned tensors changes with {Cause}", Remedy));
        }
        else if (_first.Outputs.Index().Any(output => output.Item.Origin == ValueOrigin.Outside
            && !passes.All(pass => IsSame(output.Item, pass.Recording.Outputs[output.Index]))))
        {
            _problems.Add(new("", "model",
                "it returns a tensor that was created outside the traced code, for example on another thread, and "
                    + "differs in every pass",
                "Create it in code that forward runs"));
        }
        return _problems;
    }

    private bool IsOpen => passes.Any(pass => pass.Recording.Inputs.Zip(_first.Inputs)
        .Any(pair => !pair.First.Shape.SequenceEqual(pair.Second.Shape)));

    private string Cause => IsOpen ? "the input sizes" : "the elements or with something outside the module";

    private string Remedy => IsOpen ? StaticRemedy : VaryingRemedy;

    /// <summary>Indicates whether two passes make the same calls.</summary>
    public static bool HaveSameCalls(Recording left, Recording right) =>
        left.Calls.Count == right.Calls.Count && CommonCalls(left, right) == left.Calls.Count;

    // Returns the number of calls before the first one that differs.
    private static int CommonCalls(Recording left, Recording right) =>
        left.Calls.Zip(right.Calls).TakeWhile(pair => IsSameLeaf(pair.First, pair.Second)).Count();

    // Finds the first call that differs between two passes.
    private OnnxExportProblem? Fork()
    {
        foreach (var (description, other) in passes.Skip(1))
        {
            if (HaveSameCalls(_first, other)) continue;
            int common = CommonCalls(_first, other);
            var call = common < _first.Calls.Count ? _first.Calls[common] : other.Calls[common];
            return IsOpen
                ? call.Problem(
                    $"with {description} the forward pass makes other calls from {call.Name} on, so a condition or "
                        + "loop depends on an open size",
                    StaticRemedy + ", or set its Max below the sizes that change the calls")
                : call.Problem(
                    $"a second forward pass makes other calls from {call.Name} on, so a condition or loop depends on "
                        + "elements or on something outside the module",
                    Remedy);
        }
        return null;
    }

    private static bool IsSameLeaf(RecordedCall left, RecordedCall right) =>
        left.Method == right.Method && IsSameModule(left, right) && left.Line == right.Line
        && left.Outputs.Count == right.Outputs.Count && left.Arguments.Count == right.Arguments.Count;

    // Every pass creates its own modules.
    private static bool IsSameModule(RecordedCall left, RecordedCall right) =>
        ReferenceEquals(left.Module, right.Module)
        || (left.MadeWeights is not null && right.MadeWeights is not null
            && left.Module!.GetType() == right.Module!.GetType());

    private static bool IsSameMade(RecordedCall left, RecordedCall right) =>
        ReferenceEquals(left.Module, right.Module)
        || (MadeModules.AreAlike(left.Module!, right.Module!) && HaveEqualWeights(left, right));

    private static bool HaveEqualWeights(RecordedCall left, RecordedCall right) =>
        left.MadeWeights!.Count == right.MadeWeights!.Count
        && left.MadeWeights.Zip(right.MadeWeights).All(pair => AreEqual(pair.First.Value, pair.Second.Value));

    private void Align(int index)
    {
        var call = _first.Calls[index];
        RecordedCall[] calls = [.. passes.Select(pass => pass.Recording.Calls[index])];
        if (!calls.All(twin => IsSameMade(call, twin)))
        {
            _problems.Add(call.Problem(
                $"forward makes a {call.Name} with other weights or settings in every pass: random, or from the inputs",
                "Make it in the constructor, or give it weights and settings that don't depend on the inputs"));
            return;
        }
        for (int argument = 0; argument < call.Arguments.Count; argument++)
        {
            if (call.Module is not null && ReferenceEquals(call.Arguments[argument].Value, call.Module)) continue;
            if (call.Arguments[argument].Name == "this" && IsOverwritten(call)) continue;
            object?[] values = [.. calls.Select(twin => twin.Arguments[argument].Value)];
            if (TryMerge(values, out object? merged)) call.Arguments[argument].Value = merged;
            else _problems.Add(Moving(call, call.Arguments[argument]));
        }
        foreach (var (_, limit) in SizeLimits.Of(call).Where(cut => IsNeverReached(cut.Size, cut.Limit)))
        {
            _problems.Add(call.Problem(
                $"{call.Name} stops at element {limit}, which no traced size reaches, so it cuts off nothing",
                "Set the dimension's Max, or give a larger example"));
        }
        Align([.. calls.Select(twin => twin.Outputs)]);
        AlignConstants(call, calls);
    }

    private bool IsNeverReached(Dimension size, long limit)
    {
        var values = new PassValues(size, passes.Count);
        return passes.Index().All(pass => values[pass.Index] <= limit)
            && formulas.Find(values).Samples is { } samples && Array.Exists(samples, sample => sample > limit);
    }

    // A weight of a module that forward creates is random until forward fills it.
    private static bool IsOverwritten(RecordedCall call) => call.Method.Name is "copy_" or "fill_" or "zero_"
        && call.Arguments[0].Value is RecordedValue { Origin: ValueOrigin.Made };

    private OnnxExportProblem Moving(RecordedCall call, RecordedArgument argument) =>
        argument.Values.Any(value => value.Origin == ValueOrigin.Made)
            ? call.Problem(
                $"the argument '{argument.Name}' of {call.Name} is a weight of a module that forward makes, and it "
                    + "differs in every pass",
                "Make the module in the constructor")
            : argument.Values.Any(value => value.Origin == ValueOrigin.Outside)
            ? call.Problem(
                $"the argument '{argument.Name}' of {call.Name} is a tensor that was created outside the traced code, "
                    + "for example on another thread, and differs in every pass",
                "Create it in code that forward runs")
            : call.Problem(
                $"the argument '{argument.Name}' of {call.Name} changes with {Cause} and isn't an integer", Remedy);

    private static void Align(IReadOnlyList<RecordedValue>[] values)
    {
        foreach (var (index, value) in values[0].Index())
        {
            RecordedValue[] twins = [.. values.Select(list => list[index])];
            // A different rank is reported later, as a fork or as a mismatch.
            if (twins.All(twin => twin.Shape.Length == value.Shape.Length))
            {
                value.Dimensions = [.. value.Shape.Index().Select(axis =>
                    new Dimension([.. twins.Select(twin => twin.Shape[axis.Index])]))];
            }
        }
    }

    // A tensor is a constant only if it is equal in all passes.
    private void AlignConstants(RecordedCall call, RecordedCall[] calls)
    {
        foreach (var (index, output) in call.Outputs.Index())
        {
            if (output.Constant is not { } constant) continue;
            bool same = calls.All(twin => twin.Outputs[index].Constant is { } other && AreEqual(constant, other));
            if (same) continue;
            output.Constant = null;
            if (!output.Dimensions.Any(size => size.IsDynamic)
                && !call.Arguments.Any(argument => Moves(argument.Value)))
            {
                _problems.Add(call.Problem(
                    $"{call.Name} returns other numbers in every pass",
                    "Draw random numbers outside the module and pass them as an input"));
            }
        }
    }

    private static bool AreEqual(torch.Tensor left, torch.Tensor right)
    {
        if (left.dtype != right.dtype || !left.shape.SequenceEqual(right.shape)) return false;
        using var scope = torch.NewDisposeScope();
        return left.detach().cpu().contiguous().bytes.SequenceEqual(right.detach().cpu().contiguous().bytes);
    }

    private static bool Moves(object? value) => value switch
    {
        Dimension size => size.IsDynamic,
        PassValues => true,
        RecordedIndex index => index.Parts.Any(Moves),
        RecordedValue tensor => tensor.Origin == ValueOrigin.Call && tensor.Constant is null,
        IReadOnlyList<object?> list => list.Any(Moves),
        _ => false,
    };

    // Returns false if the values differ in more than integers.
    private bool TryMerge(object?[] values, out object? merged)
    {
        merged = values[0];
        switch (values[0])
        {
            case Dimension when values.All(value => value is Dimension):
                merged = new Dimension([.. values.Select(value => ((Dimension)value!).Size)]);
                return true;
            case double when values.All(value => value is double):
                if (values.All(value => value!.Equals(values[0]))) return true;
                var number = new PassValues(values.Select(value => (double)value!));
                merged = number;
                return number.IsInteger || formulas.Find(number).Operands is not null;
            case RecordedValue tensor:
                return values.All(value => value is RecordedValue twin && IsSame(tensor, twin));
            case RecordedIndex index
                when values.All(value => value is RecordedIndex other && other.Kind == index.Kind):
                if (!TryMerge([.. values.Select(value => ((RecordedIndex)value!).Parts)], out object? parts))
                {
                    return false;
                }
                merged = RecordedIndex.Of(index.Kind, (IReadOnlyList<object?>)parts!);
                return true;
            case IReadOnlyList<object?> list
                when values.All(value => value is IReadOnlyList<object?> other && other.Count == list.Count):
                var items = new object?[list.Count];
                merged = items;
                return items.Index().All(item => TryMerge(
                    [.. values.Select(value => ((IReadOnlyList<object?>)value!)[item.Index])], out items[item.Index]));
            default:
                return values.All(value => Equals(value, values[0]));
        }
    }

    // A tensor from outside that differs between passes was created by untraced code. Only weights are recognized by
    // their memory, because each pass may put a new tensor in the memory that an earlier one freed.
    private static bool IsSame(RecordedValue left, RecordedValue right) => left.Origin == right.Origin
        && (left.Origin is ValueOrigin.Input or ValueOrigin.Call
            || (left.Source is not null && ReferenceEquals(left.Source, right.Source))
            || (left.Constant is { } constant && right.Constant is { } other
                ? AreEqual(constant, other)
                : left.Identity is not null && left.Identity == right.Identity));
}
