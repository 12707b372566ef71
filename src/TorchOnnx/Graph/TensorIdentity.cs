using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// What makes two tensors one weight: the same elements in the same memory. Modules that live natively
/// (Embedding) hand out a new handle at every reading, and tied weights may have a handle each.
/// </summary>
internal readonly record struct TensorIdentity(IntPtr Address, string Shape)
{
    public static unsafe TensorIdentity Of(torch.Tensor tensor)
    {
        string shape = string.Join(",", tensor.shape);
        // Only contiguous memory on the CPU has an address that can be read here.
        return tensor.device_type == DeviceType.CPU && tensor.is_contiguous()
            ? new((IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)), shape)
            : new(tensor.Handle, shape);
    }
}
