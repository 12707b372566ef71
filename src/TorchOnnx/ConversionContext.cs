using TorchOnnx.Graph;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Provides a converter with the arguments of one call and with methods that add nodes to the graph.</summary>
/// <remarks>
/// If the converter doesn't read an argument whose value differs from the default, the exporter refuses the call. No
/// argument is ignored silently.
/// </remarks>
public sealed partial class ConversionContext
{
    private readonly GraphBuilder _graph;
    private readonly RecordedCall _call;
    private readonly string _scope;
    private readonly Func<RecordedValue, GraphValue> _values;
    private readonly Func<RecordedValue, GraphValue> _imaginary;
    private readonly HashSet<string> _read;
    private bool _isImaginary;

    /// <summary>Initializes the context of a call.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="call">The call.</param>
    /// <param name="scope">The path of the module, as a prefix of names.</param>
    /// <param name="values">Returns the value of a tensor, or the real part of a complex one.</param>
    /// <param name="imaginary">Returns the imaginary part of a complex tensor.</param>
    /// <param name="read">The names of the arguments that were read.</param>
    internal ConversionContext(
        GraphBuilder graph, RecordedCall call, string scope, Func<RecordedValue, GraphValue> values,
        Func<RecordedValue, GraphValue> imaginary, HashSet<string> read)
    {
        _graph = graph;
        _call = call;
        _scope = scope;
        _values = values;
        _imaginary = imaginary;
        _read = read;
    }

    /// <summary>Gets the opset of the graph.</summary>
    public int Opset => _graph.Opset;

    /// <summary>
    /// Gets the path of the module as in its state_dict, such as "layer1.0"; empty for the root module.
    /// </summary>
    public string ModulePath => _call.Scope.Path;

    /// <summary>Gets the name of the called method; for a module, "forward".</summary>
    public string MethodName => _call.Method.Name;

    /// <summary>Gets the shape of the call's first output.</summary>
    public IReadOnlyList<Dimension> OutputShape => _call.Outputs[0].Dimensions;

    /// <summary>Gets the dtype of the call's first output.</summary>
    public torch.ScalarType OutputType => TypeInGraph(_call.Outputs[0].Type);

    /// <summary>Gets the shapes of the call's outputs, with tuples and lists flattened.</summary>
    public IReadOnlyList<IReadOnlyList<Dimension>> OutputShapes =>
        [.. _call.Outputs.Select(output => output.Dimensions)];

    /// <summary>Gets the dtypes of the call's outputs, with tuples and lists flattened.</summary>
    public IReadOnlyList<torch.ScalarType> OutputTypes => [.. _call.Outputs.Select(output => TypeInGraph(output.Type))];

    /// <summary>Adds a node with one input and one output.</summary>
    /// <param name="opType">The ONNX operator, or "domain::Operator" for a custom domain.</param>
    /// <param name="input">The input.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The output.</returns>
    public GraphValue Add(string opType, GraphValue input, params OnnxAttribute[] attributes) =>
        Add(opType, [input], attributes);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="opType">The ONNX operator, or "domain::Operator" for a custom domain.</param>
    /// <param name="inputs">The inputs; <see langword="null"/> omits an optional input.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The output.</returns>
    public GraphValue Add(string opType, GraphValue?[] inputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(_scope, opType, inputs, attributes, outputs: 1)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="opType">The ONNX operator, or "domain::Operator" for a custom domain.</param>
    /// <param name="inputs">The inputs; <see langword="null"/> omits an optional input.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The outputs.</returns>
    public IReadOnlyList<GraphValue> AddMany(
        string opType, GraphValue?[] inputs, int outputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(_scope, opType, inputs, attributes, outputs);

    /// <summary>
    /// Returns a parameter or buffer of the module as an initializer with its state_dict name. Modules that share a
    /// tensor share the initializer, which has the first name.
    /// </summary>
    /// <param name="tensor">The parameter or buffer.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="tensor"/> isn't a parameter or buffer of the exported module.
    /// </exception>
    public GraphValue Parameter(torch.Tensor tensor) => Parameter(tensor, tensor);

    /// <summary>Returns an initializer with the state_dict name of a parameter or buffer, and other values.</summary>
    /// <param name="tensor">The parameter or buffer.</param>
    /// <param name="values">The values, of any shape and dtype.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="tensor"/> isn't a parameter or buffer of the exported module.
    /// </exception>
    public GraphValue Parameter(torch.Tensor tensor, torch.Tensor values) =>
        _graph.Widen(_scope, _graph.AddParameter(tensor, values));

    /// <summary>
    /// Returns a scalar of dtype float64 if the call's first output is float64, and of dtype float32 otherwise.
    /// </summary>
    public GraphValue Constant(double value) => Constant(value, Floating);

    /// <summary>Returns a scalar of any dtype.</summary>
    public GraphValue Constant(double value, torch.ScalarType type)
    {
        using var tensor = torch.tensor(value, dtype: type);
        return Constant(tensor);
    }

    /// <summary>
    /// Returns a constant of shape [values.Length]. Its dtype is float64 if the call's first output is float64, and
    /// float32 otherwise.
    /// </summary>
    public GraphValue Constant(float[] values)
    {
        using var tensor = torch.tensor(values, Floating);
        return Constant(tensor);
    }

    /// <summary>Returns an int64 constant of shape [values.Length], such as a shape, axes or pads.</summary>
    public GraphValue Constant(long[] values)
    {
        using var tensor = torch.tensor(values);
        return Constant(tensor);
    }

    /// <summary>Returns a constant with the shape, dtype and values of a tensor.</summary>
    public GraphValue Constant(torch.Tensor values) => _graph.AddConstant(_scope, values);

    /// <summary>Converts a value to a dtype. Returns the value itself if it already has that dtype.</summary>
    public GraphValue Cast(GraphValue value, torch.ScalarType type) => value.Type == type
        ? value
        : Add("Cast", value, new OnnxAttribute("to", (long)TensorFormat.DataType(type)));

    /// <summary>
    /// Returns sizes as an int64 value of shape [sizes.Count]: a constant if all sizes are static, and otherwise
    /// a value computed from the shapes of values in the graph.
    /// </summary>
    /// <exception cref="OnnxExportException">The graph cannot compute a size from the sizes of its inputs.</exception>
    public GraphValue Sizes(IReadOnlyList<Dimension> sizes) => sizes.Any(size => size.IsDynamic)
        ? sizes.Count == 1 ? Size(sizes[0]) : Add("Concat", Runs(sizes), new OnnxAttribute("axis", 0))
        : Constant([.. sizes.Select(size => size.Size)]);

    /// <summary>
    /// Reshapes a value. A dynamic size that <paramref name="from"/> has at the same index is copied. If one other
    /// dynamic size remains, the runtime infers it. If several remain, the graph computes them from the shapes of its
    /// values.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="from">The shape of the value.</param>
    /// <param name="to">The new shape.</param>
    /// <returns>The reshaped value.</returns>
    /// <exception cref="OnnxExportException">The graph cannot compute a size from the sizes of its inputs.</exception>
    public GraphValue Reshape(GraphValue value, IReadOnlyList<Dimension> from, IReadOnlyList<Dimension> to)
    {
        var shape = new long[to.Count];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = !to[axis].IsDynamic ? to[axis].Size
                : axis < from.Count && from[axis] == to[axis] ? 0
                : -1;
        }
        return shape.Count(size => size == -1) > 1
            ? Add("Reshape", [value, Sizes(to)])
            : Add("Reshape", [value, Constant(shape)]);
    }

    /// <summary>Returns an exception that refuses the call. The converter throws it.</summary>
    /// <param name="reason">The reason, as one sentence without its full stop.</param>
    /// <param name="remedy">The remedy, as one sentence without its full stop.</param>
    public OnnxExportException Refuse(string reason, string remedy) => new([_call.Problem(reason, remedy)]);

    /// <summary>
    /// Refuses the call if <see cref="OnnxExportOptions.DataDependentShapes"/> isn't set, or if the size doesn't depend
    /// on elements.
    /// </summary>
    internal void RequireDataDependentSize(Dimension size)
    {
        if (!_graph.HasDataDependentShapes)
        {
            throw Refuse(
                "the number of elements it selects depends on the values of the input",
                "Keep the shape: use torch.where(mask, x, other), or multiply by the mask. Or set DataDependentShapes");
        }
        if (_graph.IsSizeOfInputs(size))
        {
            throw Refuse(
                "the number of elements it selects is the same for all elements that were tried",
                "Give an example in which it depends on the elements");
        }
    }

    private torch.ScalarType Floating =>
        OutputType == torch.ScalarType.Float64 ? torch.ScalarType.Float64 : torch.ScalarType.Float32;

    private GraphValue Size(Dimension size) => _graph.AddSize(_scope, size)
        ?? throw Refuse(
            "a size that changes with the inputs "
                + $"({string.Join(", ", Enumerable.Range(0, size.Passes).Select(size.In))} "
                + "in the traced passes) cannot be computed from the known sizes by a simple expression",
            "Compute it from tensor shapes by the operators of C# and System.Math, or make the dimension static");

    private GraphValue Number(PassValues number) => _graph.AddNumber(_scope, number) ?? throw Refuse(
        $"a number that changes with the inputs ({number}) cannot be computed from the known sizes",
        "Compute it from tensor shapes by the operators of C# and System.Math, or make the dimension static");

    // Returns the sizes as vectors to concatenate. Adjacent static sizes share a constant.
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
