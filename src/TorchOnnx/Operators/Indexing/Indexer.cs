using TorchOnnx.Tracing;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Writes <c>x[…]</c> in steps: first slices, then single indices, new axes, and index tensors last.
/// </summary>
internal sealed class Indexer
{
    private readonly ConversionContext _context;
    private readonly List<(int Axis, RecordedIndex Range)> _ranges = [];
    private readonly List<(int Axis, GraphValue Index)> _singles = [];
    private readonly List<long> _newAxes = [];
    private readonly List<(int Axis, GraphValue Indices)> _tensors = [];
    private int _rank;

    /// <summary>Reads the index arguments of a call.</summary>
    /// <param name="context">The call to convert.</param>
    /// <param name="rank">The rank of the indexed tensor.</param>
    public Indexer(ConversionContext context, int rank)
    {
        _context = context;
        var places = Places(context);
        var tensors = new Queue<GraphValue>(context.Given("indices") ? context.Tensors("indices") : []);
        int axis = 0, consumed = places.Sum(place => place.Kind switch
        {
            IndexKind.NewAxis or IndexKind.Ellipsis => 0,
            IndexKind.Tensor when IsMask(place.Tensor!) => place.Tensor!.Dimensions.Count,
            _ => 1,
        });
        foreach (var place in places)
        {
            switch (place.Kind)
            {
                case IndexKind.NewAxis:
                    _newAxes.Add(_rank++);
                    break;
                case IndexKind.Ellipsis:
                    (axis, _rank) = (axis + rank - consumed, _rank + rank - consumed);
                    break;
                case IndexKind.Slice:
                    _ranges.Add((axis++, place));
                    _rank++;
                    break;
                case IndexKind.Single:
                    _singles.Add((axis++, context.Scalar(place.Start!.Value)));
                    break;
                case IndexKind.Tensor when IsMask(place.Tensor!):
                    AddMask(place.Tensor!, tensors.Dequeue(), isOnlyTensor: tensors.Count == 0 && _tensors.Count == 0);
                    axis += place.Tensor!.Dimensions.Count;
                    break;
                // A scalar index tensor selects like a number.
                case IndexKind.Tensor when place.Tensor!.Dimensions.Count == 0:
                    _singles.Add((axis++, tensors.Dequeue()));
                    break;
                case IndexKind.Tensor:
                    _tensors.Add((_rank++, tensors.Dequeue()));
                    axis++;
                    break;
                default:
                    throw context.Refuse(
                        "it indexes by a bool, which is not supported", "Use None for a new dimension of size 1");
            }
        }
        _rank += rank - axis;
    }

    /// <summary>Adds the nodes that select from a value.</summary>
    public GraphValue Apply(GraphValue value)
    {
        foreach (var (axis, range) in _ranges)
        {
            if (range is not { Start: null, Stop: null, Step: null })
            {
                value = _context.Slice(value, axis, range.Start ?? 0, range.Stop, Step(range));
            }
        }
        // Apply the last index first, so that the axes before it keep their numbers.
        foreach (var (axis, index) in Enumerable.Reverse(_singles)) value = _context.Gather(value, index, axis);
        value = _context.Unsqueeze(value, [.. _newAxes]);
        return _tensors.Count switch
        {
            0 => value,
            1 => _context.Gather(value, _tensors[0].Indices, _tensors[0].Axis),
            _ => GatherTogether(value),
        };
    }

    private static List<RecordedIndex> Places(ConversionContext context)
    {
        if (context.Argument("indices") is IReadOnlyList<object?> list) return [.. list.Select(Place)];
        return [.. Enumerable.Range(1, 6).Select(place => $"i{place}").TakeWhile(context.Given)
            .Select(name => new RecordedIndex(IndexKind.Single, context.Size(name)))];
    }

    private static RecordedIndex Place(object? item) => item switch
    {
        RecordedIndex index => index,
        RecordedValue tensor => new(IndexKind.Tensor, Tensor: tensor),
        Dimension single => new(IndexKind.Single, single),
        _ => new(IndexKind.NewAxis),
    };

    /// <summary>Returns a value that indicates whether a tensor of indices is a mask.</summary>
    public static bool IsMask(RecordedValue tensor) => tensor.Type is ScalarType.Bool or ScalarType.Byte;

    // A mask is equivalent to one index tensor for each of its dimensions.
    private void AddMask(RecordedValue mask, GraphValue value, bool isOnlyTensor)
    {
        if (!isOnlyTensor || _context.Given("value"))
        {
            throw _context.Refuse(
                "it combines a mask with other indices", "Index in steps, or use torch.where(mask, x, other)");
        }
        var count = _context.OutputShape[_rank];
        _context.RequireDataDependentSize(count);
        var positions = SelectionByValueConverters.Positions(_context, value);
        for (int dimension = 0; dimension < mask.Dimensions.Count; dimension++)
        {
            var indices = _context.Gather(positions, _context.Scalar(dimension), 1);
            (indices.Shape, indices.Type) = ([count], ScalarType.Int64);
            _tensors.Add((_rank++, indices));
        }
    }

    private long Step(RecordedIndex range) => range.Step switch
    {
        null => 1,
        { IsDynamic: false } step => step.Size,
        _ => throw _context.Refuse(
            "the step of a slice depends on a dynamic dimension", "Make that dimension static"),
    };

    // As in NumPy, adjacent index tensors leave their dimensions in place; separated ones move them to the front.
    private GraphValue GatherTogether(GraphValue value)
    {
        int[] axes = [.. _tensors.Select(tensor => tensor.Axis)];
        int[] rest = [.. Enumerable.Range(0, _rank).Except(axes)];
        var shape = _tensors.Select(tensor => tensor.Indices.Shape!).Aggregate(Axes.Broadcast);
        var indices = _context.Concat(
            [.. from tensor in _tensors
                let cast = _context.Cast(tensor.Indices, ScalarType.Int64)
                select _context.Unsqueeze(_context.Expand(cast, tensor.Indices.Shape!, shape), shape.Count)],
            shape.Count);
        var gathered = _context.Add("GatherND", [_context.Permute(value, [.. axes, .. rest]), indices]);
        bool together = axes[^1] - axes[0] == axes.Length - 1;
        if (!together) return gathered;
        int[] front = [.. Enumerable.Range(0, axes[0]).Select(axis => shape.Count + axis)];
        int[] back = [.. Enumerable.Range(axes[0], rest.Length - axes[0]).Select(axis => shape.Count + axis)];
        return _context.Permute(gathered, [.. front, .. Enumerable.Range(0, shape.Count), .. back]);
    }
}
