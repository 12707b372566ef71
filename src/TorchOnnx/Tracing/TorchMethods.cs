using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Classifies TorchSharp's methods by what they read and change.</summary>
internal static class TorchMethods
{
    // Methods that depend only on shape and dtype, print elements, or manage lifetime.
    private static readonly HashSet<string> OfTensorMeta =
    [
        "get_shape", "size", "dim", "get_Dimensions", "get_ndim", "numel", "get_NumberOfElements", "get_ElementSize",
        "element_size", "get_dtype", "get_device", "get_device_type", "get_device_index", "stride", "storage_offset",
        "is_contiguous", "is_floating_point", "is_integral", "is_complex", "is_quantized", "is_cpu", "get_is_cuda",
        "get_is_meta", "get_is_sparse", "get_is_leaf", "is_pinned", "is_conj", "is_neg", "get_requires_grad",
        "set_requires_grad", "get_IsInvalid", "get_Handle", "get_name", "set_name", "has_names", "get_names",
        "ToString", "str", "jlstr", "npstr", "cstr", "print", "get_OwningDisposeScope", "Dispose",
        "DetachFromDisposeScope", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "GetHashCode",
        "broadcast_shapes", "get_layout", "get_is_nested", "retain_grad",
    ];

    // Methods that convert elements to C# values.
    private static readonly HashSet<string> OfTensorData =
    [
        "item", "ToScalar", "data", "get_bytes", "set_bytes", "op_Explicit", "tolist", "storage", "ReadCpuDouble",
        "ReadCpuSingle", "ReadCpuInt32", "ReadCpuInt64", "ReadCpuByte", "ReadCpuSByte", "ReadCpuInt16", "ReadCpuBool",
        "ReadCpuValue", "ReadCpuFloat16", "ReadCpuBFloat16", "Equals", "allclose", "is_nonzero", "save", "Save",
        "WriteBytesToStream", "ToByte", "ToSByte", "ToInt16", "ToInt32", "ToInt64", "ToSingle", "ToDouble", "ToBoolean",
        "ToHalf", "ToBFloat16", "ToComplex32", "ToComplex64", "nonzero_as_list", "op_True", "op_False",
    ];

    private static readonly HashSet<Type> Managing =
        [typeof(DisposeScope), typeof(DisposeScopeManager), typeof(torch.TensorIndex), typeof(torch.Device)];

    // Modules whose results differ in training mode. eval() doesn't reach modules that aren't registered.
    private static readonly string[] WithMode =
        ["Dropout", "BatchNorm", "InstanceNorm", "RReLU", "LSTM", "GRU", "RNN", "MultiheadAttention", "Transformer"];

    /// <summary>Returns a value that indicates whether a module's results may depend on training mode.</summary>
    public static bool DependsOnMode(torch.nn.Module module) =>
        !CodeOrigin.IsTorch(module.GetType())
        || WithMode.Any(name => module.GetType().Name.Contains(name, StringComparison.Ordinal));

    /// <summary>Returns a value that indicates whether a type is one of TorchSharp's losses.</summary>
    public static bool IsLoss(Type type) =>
        CodeOrigin.IsTorch(type) && type.BaseType!.Name.Split('`')[0] is "Loss" or "WeightedLoss";

    /// <summary>Returns a value that indicates whether a method doesn't depend on elements.</summary>
    public static bool IsMeta(MethodBase method) =>
        Managing.Contains(method.DeclaringType!) || OfTensorMeta.Contains(method.Name);

    /// <summary>Returns a value that indicates whether a method converts elements to C# values.</summary>
    public static bool ReadsElements(MethodBase method) => OfTensorData.Contains(method.Name);

    /// <summary>Returns a value that indicates whether a method makes packed sequences.</summary>
    public static bool IsPacking(MethodBase method) =>
        method.DeclaringType == typeof(torch.nn.utils.rnn) && method.Name.StartsWith("pack_", StringComparison.Ordinal);

    /// <summary>Returns a value that indicates whether a call changes its first tensor.</summary>
    public static bool ChangesItsTensor(MethodBase method, bool inplace) =>
        inplace || (method.Name is [.., not '_', '_'] and not "fft_")
        || method.Name.StartsWith("set_", StringComparison.Ordinal);

    /// <summary>
    /// Returns a value that indicates whether a call that changes its first tensor changes only the shape and strides.
    /// </summary>
    public static bool ChangesLayout(MethodBase method) =>
        method.Name is "squeeze_" or "unsqueeze_" or "transpose_" or "swapaxes_" or "swapdims_" or "t_" or "detach_";
}
