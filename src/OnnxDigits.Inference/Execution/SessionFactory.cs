using Microsoft.ML.OnnxRuntime;
using Shared;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Opens a model on a device. ONNX Runtime lists providers that it cannot load, so only a session proves that a device
/// works.
/// </summary>
internal static class SessionFactory
{
    static SessionFactory() => OnnxRuntimeTelemetry.TurnOff();

    /// <exception cref="DigitDeviceException">
    /// The device is not available or gives other results than the CPU.
    /// </exception>
    /// <exception cref="DigitModelException">ONNX Runtime refuses the model.</exception>
    public static DeviceSession Create(DeviceName device, SessionRequest request) => Guard(() => device.Kind switch
    {
        DeviceKind.Cpu => CreateOnCpu(request),
        DeviceKind.Auto => CreateAuto(request),
        _ => CreateOnDevice(device, request),
    });

    /// <summary>Runs code that may be the first to load ONNX Runtime's native library.</summary>
    /// <exception cref="DigitDeviceException">The library is missing, damaged, or of another version.</exception>
    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (RuntimeErrors.FindLibraryFault(e) is { } fault)
        {
            throw new DigitDeviceException(
                $"ONNX Runtime's native library cannot be used ({fault}). Add the package Microsoft.ML.OnnxRuntime to "
                + "the application, in the version of Microsoft.ML.OnnxRuntime.Managed.", e);
        }
    }

    public static DeviceSession CreateOnCpu(SessionRequest request)
    {
        using SessionOptions options = request.NewOptions();
        try
        {
            var session = new InferenceSession(request.Model, options);
            // Batches of 64, 8 and 1 give the same bits. Batches of other sizes may not.
            int batch = new BatchLimit(BatchLimit.OfCpu).Fit(request.Settings.BatchSize ?? BatchLimit.OfCpu);
            return new(session, new DeviceName(DeviceKind.Cpu, 0), "CPUExecutionProvider")
            {
                Limit = new BatchLimit(batch),
            };
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"ONNX Runtime refuses the model '{request.ModelName}' ({RuntimeErrors.Summarize(e)}). "
                + "Export it again.", e);
        }
    }

    private static DeviceSession CreateAuto(SessionRequest request)
    {
        if (!DeviceProvider.Cuda.IsSupplied(request.Settings)) return CreateOnCpu(request);
        try
        {
            return CreateOnDevice(new DeviceName(DeviceKind.Cuda, 0), request);
        }
        catch (DigitDeviceException e)
        {
            return CreateOnCpu(request) with { Notice = $"auto: {e.Message}" };
        }
    }

    private static DeviceSession CreateOnDevice(DeviceName device, SessionRequest request)
    {
        var provider = DeviceProvider.Of(device.Kind);
        // Open the model on the CPU first. If that fails, the model is at fault, and the exception says so.
        using DeviceSession cpu = CreateOnCpu(request);
        using Gate.Turn turn = Gate.Enter(provider.Gate);
        using SessionOptions options = request.NewOptions();
        InferenceSession? session = null;
        try
        {
            string name = provider.AppendTo(options, device, request.Settings);
            session = new InferenceSession(request.Model, options);
            var opened = new DeviceSession(session, device, name)
            {
                Gate = provider.Gate,
                Limit = new BatchLimit(request.Settings.BatchSize ?? BatchLimit.OfDevice),
            };
            DeviceAgreement.Check(opened, cpu, request.ModelName);
            return opened;
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is not OnnxRuntimeException) throw;
            throw new DigitDeviceException(
                $"The device '{device}' does not start ({RuntimeErrors.Summarize(e)}). {provider.Requirements}.", e);
        }
    }
}
