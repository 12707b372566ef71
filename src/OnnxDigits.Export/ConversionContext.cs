using OnnxDigits.Export.Internals.Front;
using OnnxDigits.Export.Internals.Graph;
using TorchSharp;

namespace OnnxDigits.Export;

/// <summary>What a converter sees of the graph: one call of one module.</summary>
public sealed class ConversionContext
{
    private readonly GraphBuilder _graph;
    private readonly RecordedCall _call;
    private readonly string _scope;

    internal ConversionContext(GraphBuilder graph, RecordedCall call, string scope, IReadOnlyList<GraphValue> inputs)
    {
        _graph = graph;
        _call = call;
        _scope = scope;
        Inputs = inputs;
    }

    /// <summary>The operator set that is written.</summary>
    public int Opset => _graph.Opset;

    /// <summary>The module's path from the root, as in the state_dict ("layer1.0"); empty for the root.</summary>
    public string ModulePath => _call.Path;

    /// <summary>The values that the module was called with.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>The first value that the module was called with.</summary>
    public GraphValue Input => Inputs[0];

    /// <summary>The shape of <see cref="Input"/>.</summary>
    public IReadOnlyList<Dimension> InputShape => _call.Inputs[0].Dimensions;

    /// <summary>The element type of <see cref="Input"/>.</summary>
    public torch.ScalarType InputType => _call.Inputs[0].Type;

    /// <summary>The shape of what the module returned.</summary>
    public IReadOnlyList<Dimension> OutputShape => _call.Outputs[0].Dimensions;

    /// <summary>A dimension of <see cref="Input"/> counted from the front, where −1 is the last.</summary>
    public int Axis(long dimension) => checked((int)(dimension < 0 ? dimension + InputShape.Count : dimension));

    /// <summary>Adds a node with one input and one output.</summary>
    /// <param name="opType">The ONNX operator.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>What it makes.</returns>
    public GraphValue Add(string opType, GraphValue input, params OnnxAttribute[] attributes) =>
        Add(opType, [input], attributes);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="opType">The ONNX operator.</param>
    /// <param name="inputs">What it reads; null where an optional input is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>What it makes.</returns>
    public GraphValue Add(string opType, GraphValue?[] inputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(_scope, opType, inputs, attributes, outputs: 1)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="opType">The ONNX operator.</param>
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

    /// <summary>A float32 constant of shape [values.Length].</summary>
    public GraphValue Constant(float[] values) => _graph.AddConstant(_scope, values, [values.Length]);

    /// <summary>An int64 constant of shape [values.Length], as shapes, axes and pads are given.</summary>
    public GraphValue Constant(long[] values) => _graph.AddConstant(_scope, values, [values.Length]);

    /// <summary>
    /// Reshapes to the given shape. A dynamic dimension is copied where the value to be reshaped has it at the
    /// same place, and inferred otherwise; only one can be inferred.
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
        if (shape.Count(size => size == -1) > 1)
            throw Refuse(
                $"a reshape from [{string.Join(", ", from)}] to [{string.Join(", ", to)}] leaves two sizes open",
                "Export with DynamicBatch = false");
        return Add("Reshape", [value, Constant(shape)]);
    }

    /// <summary>An exception that refuses the module by name; a converter throws it.</summary>
    /// <param name="reason">What cannot be expressed, as one sentence without its full stop.</param>
    /// <param name="remedy">What would help, as one sentence without its full stop.</param>
    public OnnxExportException Refuse(string reason, string remedy) => new([_call.Problem(reason, remedy)]);
}
