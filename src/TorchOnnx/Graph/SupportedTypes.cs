using TorchOnnx.Tracing;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Graph;

/// <summary>Finds dtypes that ONNX Runtime has no kernels for. It rejects a file if one kernel is missing.</summary>
internal static class SupportedTypes
{
    private static readonly torch.ScalarType[] OfParameters =
    [
        torch.ScalarType.Float32, torch.ScalarType.Float64, torch.ScalarType.BFloat16,
        torch.ScalarType.ComplexFloat32, torch.ScalarType.ComplexFloat64,
    ];

    private static readonly HashSet<string> WithoutFloat64 =
    [
        "AveragePool", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Celu", "Col2Im", "Conv", "ConvTranspose",
        "Cosh", "Det", "Elu", "Erf", "GRU", "Gelu", "GlobalAveragePool", "GlobalMaxPool", "GridSample", "HardSigmoid",
        "HardSwish", "InstanceNormalization", "LRN", "LSTM", "LeakyRelu", "LpPool", "Mish", "PRelu", "RNN", "Resize",
        "Selu", "Sinh", "Softplus", "Softsign", "Tan", "ThresholdedRelu",
    ];

    /// <summary>Returns a problem for each parameter with an unsupported dtype.</summary>
    public static IEnumerable<OnnxExportProblem> Problems(
        torch.nn.Module model, IEnumerable<(string Name, torch.Tensor Tensor)> state) =>
        from entry in state
        where entry.Tensor is Parameter && !OfParameters.Contains(entry.Tensor.dtype)
        select new OnnxExportProblem("", model.GetType().FullName!,
            $"parameter '{entry.Name}' has dtype {entry.Tensor.dtype}, and supported are "
                + string.Join(", ", OfParameters),
            "Convert the module first: model.to(ScalarType.Float32)");

    /// <summary>Returns a problem if a runtime cannot return a tensor, or <see langword="null"/>.</summary>
    public static OnnxExportProblem? Problem(RecordedValue output) => output.Type switch
    {
        torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64 => new(
            "", "model", "it returns a complex tensor, and ONNX Runtime has none",
            "Return view_as_real(x), or x.real and x.imag"),
        torch.ScalarType.BFloat16 => new(
            "", "model", "it returns a BFloat16 tensor", "Return x.to(ScalarType.Float32)"),
        _ => null,
    };

    /// <summary>Returns a problem if one of a call's nodes has no kernel; otherwise an empty sequence.</summary>
    public static IEnumerable<OnnxExportProblem> Problems(RecordedCall call, IEnumerable<GraphNode> nodes)
    {
        if (call.Outputs[0].Type != torch.ScalarType.Float64) return [];
        return from node in nodes.Where(node => WithoutFloat64.Contains(node.OpType)).Take(1)
               select call.Problem(
                   $"ONNX Runtime has no {node.OpType} for Float64", "Convert the module or the tensor to Float32");
    }
}
