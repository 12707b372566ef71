using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>Collects the sizes of a graph's values and adds the nodes that compute other sizes from them.</summary>
internal sealed class SizeSources(GraphBuilder graph)
{
    private readonly List<(GraphValue Value, int Axis, Dimension Size)> _sources = [];
    private readonly Dictionary<GraphValue, GraphValue> _shapes = [];
    private readonly Dictionary<Dimension, GraphValue> _sizes = [];

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
        if (SizeExpression.Find(size, _sources.Select(source => source.Size)) is not { } expression) return null;
        var value = Read(scope, expression.Left);
        if (expression.Right is { } right)
        {
            value = Node(scope, expression.IsSum ? "Add" : "Mul", value, Read(scope, right));
        }
        if (expression.Factor != 1) value = Node(scope, "Mul", value, Constant(scope, expression.Factor));
        if (expression.Shift != 0) value = Node(scope, "Add", value, Constant(scope, expression.Shift));
        if (expression.Divisor != 1) value = Node(scope, "Div", value, Constant(scope, expression.Divisor));
        if (expression.Offset != 0) value = Node(scope, "Add", value, Constant(scope, expression.Offset));
        return _sizes[size] = value;
    }

    /// <summary>Returns a value that indicates whether a size follows from those of some values.</summary>
    public bool Knows(Dimension size, Func<GraphValue, bool> isFrom) => !size.IsDynamic || SizeExpression.Find(
        size, _sources.Where(source => isFrom(source.Value)).Select(source => source.Size)) is not null;

    private GraphValue Read(string scope, Dimension size)
    {
        if (_sizes.TryGetValue(size, out var known)) return known;
        var (source, axis, _) = _sources.First(source => source.Size == size);
        if (!_shapes.TryGetValue(source, out var shape))
        {
            _shapes[source] = shape = graph.AddNode(scope, "Shape", [source], [], outputs: 1)[0];
        }
        return _sizes[size] = graph.AddNode(
            scope, "Gather", [shape, Constant(scope, axis)], [new OnnxAttribute("axis", 0)], outputs: 1)[0];
    }

    private GraphValue Node(string scope, string opType, GraphValue left, GraphValue right) =>
        graph.AddNode(scope, opType, [left, right], [], outputs: 1)[0];

    private GraphValue Constant(string scope, long value)
    {
        using var tensor = torch.tensor([value]);
        return graph.AddConstant(scope, tensor);
    }
}
