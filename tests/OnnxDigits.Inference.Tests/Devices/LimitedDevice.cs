using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>A CPU session that acts as a device with limited memory, or one that is lost after some runs.</summary>
internal sealed class LimitedDevice(DeviceSession cpu)
{
    private int _runs;

    /// <summary>Gets the largest batch that fits into memory.</summary>
    public int MostImages { get; init; } = int.MaxValue;

    /// <summary>Gets the number of runs that succeed.</summary>
    public int RunsUntilLost { get; init; } = int.MaxValue;

    /// <summary>Gets the number of batches that hold memory.</summary>
    public int Bound { get; private set; }

    /// <summary>Gets the sizes of the batches that failed, in order.</summary>
    public List<int> Failed { get; } = [];

    public DeviceSession Session => field ??= cpu with
    {
        Device = new DeviceName(DeviceKind.WebGpu, 0),
        Gate = new Gate(),
        Limit = new BatchLimit(BatchLimit.OfDevice),
        Bind = size => new Batch(this, cpu, size),
    };

    private sealed class Batch : BoundBatch
    {
        private readonly LimitedDevice _device;
        private readonly int _images;

        public Batch(LimitedDevice device, DeviceSession cpu, int images)
            : base(cpu.Session, images, isOnCpu: false)
        {
            (_device, _images) = (device, images);
            device.Bound++;
        }

        public override void Run()
        {
            if (_images > _device.MostImages || _device._runs++ >= _device.RunsUntilLost)
            {
                _device.Failed.Add(_images);
                throw new OutOfMemoryException("no memory\nis left");
            }
            base.Run();
        }

        public override void Dispose()
        {
            _device.Bound--;
            base.Dispose();
        }
    }
}
