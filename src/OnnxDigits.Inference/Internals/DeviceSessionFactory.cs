using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Shared;

namespace OnnxDigits.Inference.Internals;

/// <summary>Makes a session on the device that was asked for, or says what is missing.</summary>
/// <remarks>
/// ONNX Runtime lists providers that it cannot load, so a device counts as there only when a session was made on it.
/// </remarks>
internal static class DeviceSessionFactory
{
    private const string CudaMissing =
        "run with the package Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime, on a machine with an "
        + "NVIDIA driver, CUDA and cuDNN";

    static DeviceSessionFactory() => OnnxRuntimeTelemetry.TurnOff();

    public static DeviceSession Create(byte[] model, string modelName, DeviceName device, int threads)
    {
        try
        {
            return device.Kind switch
            {
                DeviceKind.Cpu => OnCpu(model, modelName, threads, notice: null),
                DeviceKind.Cuda => OnCuda(model, device, threads),
                _ => OnBest(model, modelName, threads),
            };
        }
        catch (Exception e) when (NativeLibraryError(e) is { } reason)
        {
            throw new DigitDeviceException(
                $"ONNX Runtime's native library cannot be loaded ({reason}): add the package Microsoft.ML.OnnxRuntime "
                + "to the application.", e);
        }
    }

    private static DeviceSession OnBest(byte[] model, string modelName, int threads)
    {
        if (!HasCudaProvider())
            return OnCpu(model, modelName, threads, "auto: this ONNX Runtime has no CUDA provider");
        try
        {
            return OnCuda(model, new DeviceName(DeviceKind.Cuda, 0), threads);
        }
        catch (DigitDeviceException e)
        {
            return OnCpu(model, modelName, threads, $"auto: {e.Message}");
        }
    }

    private static DeviceSession OnCpu(byte[] model, string modelName, int threads, string? notice)
    {
        using var options = NewOptions(threads);
        try
        {
            return new(new InferenceSession(model, options), "cpu", "CPUExecutionProvider", notice);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"ONNX Runtime refuses the model '{modelName}' ({OneLine(e.Message)}): export it again.", e);
        }
    }

    private static DeviceSession OnCuda(byte[] model, DeviceName device, int threads)
    {
        if (!HasCudaProvider())
            throw new DigitDeviceException(
                $"The device '{device}' is not there: this ONNX Runtime library was built without the CUDA provider "
                + $"(libonnxruntime_providers_cuda); {CudaMissing}.");
        using var options = NewOptions(threads);
        try
        {
            options.AppendExecutionProvider_CUDA(device.Index);
            // Without this a node that CUDA cannot run falls back in silence, and the provider reported is not what ran.
            options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
            return new(new InferenceSession(model, options), device.ToString(), "CUDAExecutionProvider", null);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new DigitDeviceException($"The device '{device}' does not start ({OneLine(e.Message)}): {CudaMissing}.", e);
        }
    }

    private static SessionOptions NewOptions(int threads)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Without this the runtime may take the same bytes for its own format, which nobody has checked.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        // Measured by tools/InferenceBench (settings) on two processors that others use too, conv, one image: 94 µs at
        // the 99th percentile on one thread; on two, 171 µs asleep between calls and 10.8 ms spinning between them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private static bool HasCudaProvider() =>
        OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");

    private static string? NativeLibraryError(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
                return OneLine(error.Message);
        }
        return null;
    }

    private static string OneLine(string message)
    {
        string line = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return line.Length <= 200 ? line : line[..200] + "…";
    }
}
