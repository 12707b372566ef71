using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Maps the tensors of a recording to values in the graph. A complex tensor maps to two values.</summary>
internal sealed class TracedValues(GraphBuilder builder)
{
    private readonly Dictionary<RecordedValue, GraphValue> _real = [], _imaginary = [];

    /// <summary>Adds the value of a tensor, or the real part of a complex tensor.</summary>
    public void Add(RecordedValue recorded, GraphValue value) => Add(_real, recorded, value);

    /// <summary>Adds the results of a call. A complex result has two values.</summary>
    public void Add(IReadOnlyList<RecordedValue> outputs, IReadOnlyList<GraphValue> results)
    {
        var next = new Queue<GraphValue>(results);
        foreach (var output in outputs)
        {
            if (next.Count == 0) return;
            Add(_real, output, next.Dequeue());
            if (ConversionContext.IsComplex(output)) Add(_imaginary, output, next.Dequeue());
        }
    }

    /// <summary>Returns the value of a result, or <see langword="null"/> if no call has returned it.</summary>
    public GraphValue? Find(RecordedValue recorded) => _real.GetValueOrDefault(recorded);

    /// <summary>Returns the value of a tensor, or the real part of a complex tensor.</summary>
    public GraphValue Real(RecordedValue recorded, string scope) => Resolve(_real, recorded, scope, imaginary: false);

    /// <summary>Returns the imaginary part of a complex tensor.</summary>
    public GraphValue Imaginary(RecordedValue recorded, string scope) =>
        Resolve(_imaginary, recorded, scope, imaginary: true);

    private void Add(Dictionary<RecordedValue, GraphValue> values, RecordedValue recorded, GraphValue value)
    {
        // The graph computes in float32 and rounds each result.
        if (recorded.Type == torch.ScalarType.BFloat16)
        {
            value = builder.Widen("", builder.Cast("", value, torch.ScalarType.BFloat16));
        }
        values[recorded] = value;
        // A value that a converter passes through already has a shape.
        if (value.Shape is null)
        {
            builder.Describe(value, recorded.Dimensions, ConversionContext.TypeInGraph(recorded.Type));
        }
    }

    private GraphValue Resolve(
        Dictionary<RecordedValue, GraphValue> values, RecordedValue recorded, string scope, bool imaginary)
    {
        if (values.TryGetValue(recorded, out var known)) return known;
        if (recorded.Constant is { } constant)
        {
            return values[recorded] = builder.Widen(scope, builder.AddConstant(scope, Part(constant, imaginary)));
        }
        if (recorded.Identity is { } identity
            && builder.FindState(identity, tensor => Part(tensor, imaginary)) is { } state)
        {
            return values[recorded] = builder.Widen(scope, state);
        }
        // After a refused call, a placeholder lets the other converters run and report problems.
        var unknown = new GraphValue("");
        Add(values, recorded, unknown);
        return unknown;
    }

    private static torch.Tensor Part(torch.Tensor tensor, bool imaginary) =>
        !tensor.is_complex() ? tensor : imaginary ? tensor.imag : tensor.real;
}
