using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A session on the CPU, which every ONNX Runtime has.</summary>
internal static class CpuSession
{
    public static DeviceSession Create(SessionRequest request)
    {
        using var options = request.NewOptions();
        try
        {
            var session = new InferenceSession(request.Model, options);
            return new(session, new DeviceName(DeviceKind.Cpu, 0), "CPUExecutionProvider")
            {
                // Its sizes give the same bits; others may not.
                Limit = new BatchLimit(new BatchLimit(BatchLimit.OfCpu).Fit(request.Settings.BatchSize ?? BatchLimit.OfCpu)),
                Bind = images => new InPlaceBatch(session, images),
            };
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"ONNX Runtime refuses the model '{request.ModelName}' ({RuntimeReason.Of(e)}): export it again.", e);
        }
    }
}
