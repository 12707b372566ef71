using Shared;

namespace OnnxDigits.Inference.Execution;

/// <summary>Makes a session on the device that was asked for, or says what is missing.</summary>
/// <remarks>
/// ONNX Runtime lists providers that it cannot load, so a device counts as there only when a session was made on it.
/// </remarks>
internal static class DeviceSessionFactory
{
    static DeviceSessionFactory() => OnnxRuntimeTelemetry.TurnOff();

    public static DeviceSession Create(DeviceName device, SessionRequest request) => Guarded(() => device.Kind switch
    {
        DeviceKind.Cpu => CpuSession.Create(request),
        DeviceKind.Auto => AutoSession.Create(request),
        _ => AcceleratedSession.Create(device, request),
    });

    /// <summary>Asks ONNX Runtime for something that may be its first call.</summary>
    /// <exception cref="DigitDeviceException">Its native library is missing, damaged, or of another version.</exception>
    public static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (NativeLibraryFault.Find(e) is { } fault)
        {
            throw new DigitDeviceException(
                $"ONNX Runtime's native library cannot be used ({fault}): add the package Microsoft.ML.OnnxRuntime to the "
                + "application, in the version of Microsoft.ML.OnnxRuntime.Managed.", e);
        }
    }
}
