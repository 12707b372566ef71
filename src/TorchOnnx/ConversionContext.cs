using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

/// <summary>
/// What a converter sees of the graph: one call of one module or method. An argument that a converter does not look
/// at, and that is not at its default, is refused: what is not written must not be lost.
/// </summary>
public sealed partial class ConversionContext
{
    private readonly GraphBuilder _graph;
    private readonly RecordedCall _call;
    private readonly string _scope;
    private readonly Func<RecordedValue, GraphValue> _values;

    internal ConversionContext(
        GraphBuilder graph, RecordedCall call, string scope, Func<RecordedValue, GraphValue> values)
    {
        _graph = graph;
        _call = call;
        _scope = scope;
        _values = values;
    }

    /// <summary>The operator set that is written.</summary>
    public int Opset => _graph.Opset;

    /// <summary>The module's path from the root, as in the state_dict ("layer1.0"); empty for the root.</summary>
    public string ModulePath => _call.Path;

    /// <summary>The name of the method that was called; for a module, "forward".</summary>
    public string MethodName => _call.Method.Name;

    /// <summary>The shape of what the call returned.</summary>
    public IReadOnlyList<Dimension> OutputShape => _call.Outputs[0].Dimensions;

    /// <summary>The element type of what the call returned.</summary>
    public torch.ScalarType OutputType => _call.Outputs[0].Type;

    /// <summary>The shapes of all tensors that the call returned, tuples and lists flattened.</summary>
    public IReadOnlyList<IReadOnlyList<Dimension>> OutputShapes => [.. _call.Outputs.Select(output => output.Dimensions)];

    /// <summary>The element types of all tensors that the call returned, tuples and lists flattened.</summary>
    public IReadOnlyList<torch.ScalarType> OutputTypes => [.. _call.Outputs.Select(output => output.Type)];

    /// <summary>Adds a node with one input and one output.</summary>
    /// <param name="opType">The ONNX operator.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>What it makes.</returns>
    public GraphValue Add(string opType, GraphValue input, params OnnxAttribute[] attributes) =>
        Add(opType, [input], attributes);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="opType">The ONNX operator; one of a domain of your own as "domain::Operator".</param>
    /// <param name="inputs">What it reads; null where an optional input is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>What it makes.</returns>
    public GraphValue Add(string opType, GraphValue?[] inputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(_scope, opType, inputs, attributes, outputs: 1)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="opType">The ONNX operator; one of a domain of your own as "domain::Operator".</param>
    /// <param name="inputs">What it reads; null where an optional input is left out.</param>
    /// <param name="outputs">How many values it makes.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>What it makes.</returns>
    public IReadOnlyList<GraphValue> AddMany(
        string opType, GraphValue?[] inputs, int outputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(_scope, opType, inputs, attributes, outputs);

    /// <summary>
    /// A parameter or buffer of the model as an initializer under its state_dict name. A tensor that several
    /// modules share is written once, under the first name.
    /// </summary>
    /// <param name="tensor">The parameter or buffer.</param>
    /// <returns>The initializer.</returns>
    public GraphValue Parameter(torch.Tensor tensor) => _graph.AddParameter(tensor);

    /// <summary>A parameter of the model whose values are to be replaced in the file, under its state_dict name.</summary>
    /// <param name="tensor">The parameter or buffer that gives the name.</param>
    /// <param name="values">The values to write.</param>
    /// <returns>The initializer.</returns>
    public GraphValue Parameter(torch.Tensor tensor, torch.Tensor values) => _graph.AddParameter(tensor, values);

    /// <summary>A float32 constant of shape [] (scalar).</summary>
    public GraphValue Constant(float value) => _graph.AddConstant(_scope, [value], []);

    /// <summary>A float32 constant of shape [] (scalar).</summary>
    public GraphValue Constant(double value) => Constant((float)value);

    /// <summary>A constant of shape [] (scalar) of any element type.</summary>
    public GraphValue Constant(double value, torch.ScalarType type)
    {
        using var tensor = torch.tensor(value, dtype: type);
        return Constant(tensor);
    }

    /// <summary>A float32 constant of shape [values.Length].</summary>
    public GraphValue Constant(float[] values) => _graph.AddConstant(_scope, values, [values.Length]);

    /// <summary>An int64 constant of shape [values.Length], as shapes, axes and pads are given.</summary>
    public GraphValue Constant(long[] values) => _graph.AddConstant(_scope, values, [values.Length]);

    /// <summary>A constant with the shape, element type and values of a tensor.</summary>
    public GraphValue Constant(torch.Tensor values) => _graph.AddConstant(_scope, values);

    /// <summary>Converts to another element type; a value that is known to have it already is passed on.</summary>
    public GraphValue Cast(GraphValue value, torch.ScalarType type) => value.Type == type
        ? value
        : Add("Cast", value, new OnnxAttribute("to", (long)TensorFormat.DataType(type)));

    /// <summary>
    /// Sizes as an int64 value of shape [sizes.Count]: a constant where all are static, and otherwise calculated
    /// from the shapes of values in the graph.
    /// </summary>
    /// <param name="sizes">The sizes.</param>
    public GraphValue Sizes(IReadOnlyList<Dimension> sizes) => sizes.Any(size => size.IsDynamic)
        ? sizes.Count == 1 ? Size(sizes[0]) : Add("Concat", Runs(sizes), new OnnxAttribute("axis", 0))
        : Constant([.. sizes.Select(size => size.Size)]);

    /// <summary>
    /// Reshapes to the given shape. A dynamic dimension is copied where the value to be reshaped has it at the same
    /// place, inferred where it is the only other one, and calculated otherwise.
    /// </summary>
    /// <param name="value">What is reshaped.</param>
    /// <param name="from">Its shape.</param>
    /// <param name="to">The shape to give it.</param>
    /// <returns>The reshaped value.</returns>
    public GraphValue Reshape(GraphValue value, IReadOnlyList<Dimension> from, IReadOnlyList<Dimension> to)
    {
        var shape = new long[to.Count];
        for (int axis = 0; axis < shape.Length; axis++)
            shape[axis] = !to[axis].IsDynamic ? to[axis].Size
                : axis < from.Count && from[axis] == to[axis] ? 0
                : -1;
        return shape.Count(size => size == -1) > 1
            ? Add("Reshape", [value, Sizes(to)])
            : Add("Reshape", [value, Constant(shape)]);
    }

    /// <summary>An exception that refuses the call by name; a converter throws it.</summary>
    /// <param name="reason">What cannot be expressed, as one sentence without its full stop.</param>
    /// <param name="remedy">What would help, as one sentence without its full stop.</param>
    public OnnxExportException Refuse(string reason, string remedy) => new([_call.Problem(reason, remedy)]);

    private GraphValue Size(Dimension size) => _graph.AddSize(_scope, size)
        ?? throw Refuse(
            $"a size that moved with the inputs ({string.Join(", ", Enumerable.Range(0, size.Passes).Select(size.In))} "
                + "in the passes) is no simple expression of the sizes at hand",
            "Calculate it from tensor shapes by +, −, × or ÷, or make the dimension static");

    // Neighbours that are static are written as one constant.
    private GraphValue[] Runs(IReadOnlyList<Dimension> sizes)
    {
        var pieces = new List<GraphValue>();
        var statics = new List<long>();
        foreach (var size in sizes)
        {
            if (!size.IsDynamic)
            {
                statics.Add(size.Size);
                continue;
            }
            if (statics.Count > 0) pieces.Add(Constant([.. statics]));
            statics.Clear();
            pieces.Add(Size(size));
        }
        if (statics.Count > 0) pieces.Add(Constant([.. statics]));
        return [.. pieces];
    }
}
