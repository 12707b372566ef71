using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A session and the device that runs it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Device">The device with its number.</param>
/// <param name="Provider">The name of the execution provider in ONNX Runtime.</param>
internal sealed record DeviceSession(InferenceSession Session, DeviceName Device, string Provider) : IDisposable
{
    /// <summary>
    /// Gets the reason why <c>auto</c> did not use CUDA, or <see langword="null"/> if there is nothing to report.
    /// </summary>
    public string? Notice { get; init; }

    /// <summary>Gets the lock to hold while the session is used, for providers that need one.</summary>
    public Gate? Gate { get; init; }

    public required BatchLimit Limit { get; init; }

    public bool IsOnCpu => Device.Kind == DeviceKind.Cpu;

    /// <summary>
    /// Gets the function that allocates a batch of the given size. Tests replace it to inject faults.
    /// </summary>
    public Func<int, BoundBatch> Bind
    {
        get => field ?? (images => new BoundBatch(Session, images, IsOnCpu));
        init;
    }

    /// <summary>Waits for the gate, if the provider has one.</summary>
    public Gate.Turn Enter() => Execution.Gate.Enter(Gate);

    public void Dispose()
    {
        using Gate.Turn turn = Enter();
        Session.Dispose();
    }
}
