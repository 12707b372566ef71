using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests;

/// <summary>A session on the CPU as a device whose memory ends at some size of batch, or that is lost after some runs.</summary>
internal sealed class LimitedDevice(DeviceSession cpu)
{
    private int _runs;

    /// <summary>The largest batch that there is memory for.</summary>
    public int MostImages { get; init; } = int.MaxValue;

    /// <summary>Every later run fails.</summary>
    public int RunsUntilLost { get; init; } = int.MaxValue;

    /// <summary>Batches that hold memory.</summary>
    public int Bound { get; private set; }

    /// <summary>The sizes of the batches that failed, in order.</summary>
    public List<int> Failed { get; } = [];

    public DeviceSession Session => field ??= cpu with
    {
        Device = new DeviceName(DeviceKind.WebGpu, 0),
        Gate = new Lock(),
        Limit = new BatchLimit(BatchLimit.OfDevice),
        Bind = size => new Batch(this, new CopiedBatch(cpu.Session, size), size),
    };

    private sealed class Batch : IBoundBatch
    {
        private readonly LimitedDevice _device;
        private readonly IBoundBatch _inner;
        private readonly int _images;

        public Batch(LimitedDevice device, IBoundBatch inner, int images)
        {
            (_device, _inner, _images) = (device, inner, images);
            device.Bound++;
        }

        public float[] Input => _inner.Input;

        public float[] Output => _inner.Output;

        public void Run()
        {
            if (_images > _device.MostImages || _device._runs++ >= _device.RunsUntilLost)
            {
                _device.Failed.Add(_images);
                throw new OutOfMemoryException("no memory\nis left");
            }
            _inner.Run();
        }

        public void Dispose()
        {
            _device.Bound--;
            _inner.Dispose();
        }
    }
}
