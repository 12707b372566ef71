using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A session and the device that it was made on.</summary>
/// <param name="Session">Made, and on a device other than the CPU tried.</param>
/// <param name="Device">The device's name, with its number.</param>
/// <param name="Provider">The execution provider by ONNX Runtime's name.</param>
internal sealed record DeviceSession(InferenceSession Session, DeviceName Device, string Provider) : IDisposable
{
    public string? Notice { get; init; }

    /// <summary>Held while the session is used, where the provider asks for it.</summary>
    public Lock? Gate { get; init; }

    /// <summary>Of the device, where the application can use it.</summary>
    public DeviceMemory? Memory { get; init; }

    public required BatchLimit Limit { get; init; }

    /// <summary>Makes the memory for runs of so many images.</summary>
    public required Func<int, IBoundBatch> Bind { get; init; }

    /// <summary>Waits for the gate, if there is one.</summary>
    public Lock.Scope Enter() => Gate is null ? default : Gate.EnterScope();

    public void Dispose()
    {
        using var turn = Enter();
        Memory?.Dispose();
        Session.Dispose();
    }
}
