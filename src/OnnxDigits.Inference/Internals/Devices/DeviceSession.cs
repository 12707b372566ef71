using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Internals.Devices;

/// <summary>A session and the device that it was made on.</summary>
/// <param name="Session">Made, and on a device other than the CPU tried.</param>
/// <param name="Device">The device's name, with its number.</param>
/// <param name="Provider">The execution provider by ONNX Runtime's name.</param>
internal sealed record DeviceSession(InferenceSession Session, DeviceName Device, string Provider) : IDisposable
{
    /// <summary>The CPU's caches hold no more.</summary>
    public const int LargestCpuBatch = 64;

    private static readonly int[] CpuBatches = [LargestCpuBatch, 8, 1];

    // A GPU needs many images at once to be worth the way there.
    private static readonly int[] DeviceBatches = [1024, 64, 8, 1];

    public string? Description { get; init; }

    /// <summary>Which nodes the device took; null on the CPU, which takes all.</summary>
    public NodePlacement? Placement { get; init; }

    public string? Notice { get; init; }

    /// <summary>Held while the session is used, where the provider asks for it.</summary>
    public Lock? Gate { get; init; }

    /// <summary>Batches are made of these sizes; the largest that still fits is taken first.</summary>
    public int[] BatchSizes => Device.Kind == DeviceKind.Cpu ? CpuBatches : DeviceBatches;

    /// <summary>Waits for the gate, if there is one.</summary>
    public Lock.Scope Enter() => Gate is null ? default : Gate.EnterScope();

    public void Dispose()
    {
        using var turn = Enter();
        Session.Dispose();
    }
}
