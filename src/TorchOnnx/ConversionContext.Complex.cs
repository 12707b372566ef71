using TorchOnnx.Operators;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

public sealed partial class ConversionContext
{
    private static readonly HashSet<string> Selecting =
        ["indices", "index", "condition", "positions", "mask", "repeats"];

    /// <summary>
    /// Returns the dtype in which the graph computes: the dtype of the parts for a complex dtype, float32 for bfloat16,
    /// and <paramref name="type"/> otherwise.
    /// </summary>
    internal static torch.ScalarType TypeInGraph(torch.ScalarType type) => type switch
    {
        torch.ScalarType.BFloat16 => torch.ScalarType.Float32,
        torch.ScalarType.ComplexFloat32 => torch.ScalarType.Float32,
        torch.ScalarType.ComplexFloat64 => torch.ScalarType.Float64,
        _ => type,
    };

    /// <summary>Gets a value that indicates whether the first tensor in the arguments is bfloat16.</summary>
    internal bool TakesBFloat16 => First.Type == torch.ScalarType.BFloat16;

    /// <summary>Gets a value that indicates whether the first output is complex.</summary>
    internal bool ReturnsComplex => IsComplex(_call.Outputs[0]);

    /// <summary>
    /// Returns a context in which complex tensors are their real or their imaginary parts. The imaginary part of a real
    /// tensor or number is 0.
    /// </summary>
    internal ConversionContext Part(bool imaginary)
    {
        if (!imaginary) return new(_graph, _call, _scope, _values, _imaginary, _read);
        // Indices and conditions apply to both parts.
        var selectors = _call.Arguments.Where(argument => Selecting.Contains(argument.Name))
            .SelectMany(argument => argument.Values).ToHashSet();
        return new(
            _graph, _call, _scope,
            value => IsComplex(value) ? _imaginary(value) : selectors.Contains(value) ? _values(value) : Zeros(value),
            _imaginary, _read)
        {
            _isImaginary = true,
        };
    }

    private GraphValue Zeros(RecordedValue like)
    {
        var type = TypeInGraph(like.Type);
        var zeros = this.Expand(Constant(0, type), [], like.Dimensions);
        (zeros.Shape, zeros.Type) = (like.Dimensions, type);
        return zeros;
    }

    /// <summary>Returns the parts of a complex tensor, or a real tensor or number without an imaginary part.</summary>
    internal ComplexValue Complex(string parameter) => Find(parameter) switch
    {
        RecordedValue value when IsComplex(value) => new(_values(value), _imaginary(value)),
        Scalar { Type: torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64 } => throw NoSuch(
            parameter, "a tensor or a real number"),
        _ => new(Operand(parameter, OutputType), null),
    };

    internal static bool IsComplex(RecordedValue value) =>
        value.Type is torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64;
}
