using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A session on a device other than the CPU, made and tried.</summary>
internal static class AcceleratedSession
{
    /// <exception cref="DigitDeviceException">
    /// The device is not there, does not start, takes nothing of the model, or gives other results than the CPU.
    /// </exception>
    public static DeviceSession Create(DeviceName device, SessionRequest request)
    {
        var provider = DeviceProvider.Of(device.Kind);
        using var turn = provider.Gate is null ? default : provider.Gate.EnterScope();
        var target = provider.Locate(device, request);
        using var options = request.NewOptions();
        InferenceSession? session = null;
        try
        {
            target.Append(options);
            session = new InferenceSession(request.Model, options);
            DeviceAgreement.Check(session, device, request);
            var memory = DeviceMemory.Find(session, target.Memory);
            return new(session, device, target.Provider)
            {
                Limit = new BatchLimit(request.Settings.BatchSize ?? BatchLimit.OfDevice),
                Memory = memory,
                Bind = memory is null
                    ? images => new CopiedBatch(session, images)
                    : images => new DeviceBatch(session, memory, images),
                Gate = provider.Gate,
            };
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is not OnnxRuntimeException)
                throw;
            // A model that the CPU refuses as well is at fault itself, and that error says so.
            CpuSession.Create(request).Dispose();
            throw new DigitDeviceException(
                $"The device '{device}' does not start ({RuntimeReason.Of(e)}): {provider.WhatItNeeds}.", e);
        }
    }
}
