using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Gives access to the bytes of a contiguous tensor on the CPU without copying them.</summary>
internal sealed unsafe class TensorMemory(torch.Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => tensor.bytes;

    public override MemoryHandle Pin(int elementIndex = 0) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)) + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) => tensor.Dispose();
}
