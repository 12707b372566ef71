using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxDigits.Inference.Execution;

/// <summary>The memory of a session's device, where the provider lets an application use it.</summary>
internal sealed class DeviceMemory : IDisposable
{
    private readonly OrtAllocator _allocator;

    private DeviceMemory(OrtAllocator allocator) => _allocator = allocator;

    /// <summary>
    /// Tried by a few numbers that go there and back: a provider may have the memory and no way to copy. Null when it
    /// does not work.
    /// </summary>
    /// <param name="session">A session on the device.</param>
    /// <param name="info">The memory; null where the provider tells none.</param>
    public static DeviceMemory? Find(InferenceSession session, OrtMemoryInfo? info)
    {
        if (info is null || info.IsInvalid)
            return null;
        DeviceMemory? memory = null;
        try
        {
            memory = new DeviceMemory(new OrtAllocator(session, info));
            float[] sent = [1, 2, 3, 4], received = new float[sent.Length];
            using var from = OrtValue.CreateTensorValueFromMemory(sent, [sent.Length]);
            using var to = OrtValue.CreateTensorValueFromMemory(received, [sent.Length]);
            using var between = memory.NewTensor(sent.Length);
            Copy(from, between);
            Copy(between, to);
            if (received.SequenceEqual(sent))
                return memory;
        }
        catch (OnnxRuntimeException)
        {
            // The runtime then copies by itself when a tensor is bound.
        }
        memory?.Dispose();
        return null;
    }

    public OrtValue NewTensor(params long[] shape) =>
        OrtValue.CreateAllocatedTensorValue(_allocator, TensorElementType.Float, shape);

    public static void Copy(OrtValue from, OrtValue to) => OrtEnv.Instance().CopyTensors([from], [to], null);

    public void Dispose() => _allocator.Dispose();
}
