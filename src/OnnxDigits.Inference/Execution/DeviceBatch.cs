using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>Input and output are tensors in the device's memory, made and bound once.</summary>
internal sealed class DeviceBatch : HostBatch
{
    private readonly OrtValue _imagesOnDevice;
    private readonly OrtValue _probabilitiesOnDevice;

    public DeviceBatch(InferenceSession session, DeviceMemory memory, int images)
        : base(session, images)
    {
        try
        {
            _imagesOnDevice = memory.NewTensor(images, 1, 28, 28);
            _probabilitiesOnDevice = memory.NewTensor(images, 10);
            Binding.BindInput(ModelCheck.InputName, _imagesOnDevice);
            Binding.BindOutput(ModelCheck.OutputName, _probabilitiesOnDevice);
        }
        catch
        {
            // A smaller batch is tried next and needs the memory.
            _imagesOnDevice?.Dispose();
            _probabilitiesOnDevice?.Dispose();
            base.Dispose();
            throw;
        }
    }

    public override void Run()
    {
        DeviceMemory.Copy(Images, _imagesOnDevice);
        base.Run();
        // A run only lines up the device's work; this waits for its end.
        DeviceMemory.Copy(_probabilitiesOnDevice, Probabilities);
    }

    public override void Dispose()
    {
        base.Dispose();
        _imagesOnDevice.Dispose();
        _probabilitiesOnDevice.Dispose();
    }
}
