namespace OnnxDigits.Inference.Execution;

/// <summary>The choice of the device <c>auto</c>: CUDA if it works, otherwise the CPU.</summary>
internal static class AutoSession
{
    public static DeviceSession Create(SessionRequest request)
    {
        var cuda = DeviceProvider.Of(DeviceKind.Cuda);
        if (!cuda.IsAtHand(request))
            return CpuSession.Create(request);
        try
        {
            return AcceleratedSession.Create(new DeviceName(DeviceKind.Cuda, 0), request);
        }
        catch (DigitDeviceException e)
        {
            return CpuSession.Create(request) with { Notice = $"auto: {e.Message}" };
        }
    }
}
