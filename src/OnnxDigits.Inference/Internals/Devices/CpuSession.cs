using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Internals.Devices;

/// <summary>A session on the CPU, which every ONNX Runtime has.</summary>
internal static class CpuSession
{
    public static DeviceSession Create(SessionRequest request)
    {
        using var options = request.NewOptions();
        try
        {
            return new(new InferenceSession(request.Model, options), new DeviceName(DeviceKind.Cpu, 0), "CPUExecutionProvider");
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"ONNX Runtime refuses the model '{request.ModelName}' ({RuntimeReason.Of(e)}): export it again.", e);
        }
    }
}
