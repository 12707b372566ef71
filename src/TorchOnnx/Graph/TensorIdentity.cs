using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// Identifies a weight by its memory and shape. Handles don't identify it: native modules such as Embedding return a
/// new handle each time, and tied weights may have different handles.
/// </summary>
internal readonly record struct TensorIdentity(IntPtr Address, string Shape)
{
    public static unsafe TensorIdentity Of(torch.Tensor tensor)
    {
        string shape = string.Join(",", tensor.shape);
        // TorchSharp gives the address of contiguous CPU tensors only.
        return tensor.device_type == DeviceType.CPU && tensor.is_contiguous()
            ? new((IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)), shape)
            : new(tensor.Handle, shape);
    }
}
