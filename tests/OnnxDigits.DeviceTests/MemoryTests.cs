using OnnxDigits.Inference.Execution;

namespace OnnxDigits.DeviceTests;

/// <summary>Tensors kept in the device's memory against those that the runtime copies by itself.</summary>
public class MemoryTests
{
    private const int Batch = 16;
    private const int Runs = 9;

    [Fact]
    public void Run_InTheDevicesMemory_GivesWhatTheRuntimesCopiesGive()
    {
        using var session = DeviceSessionFactory.Create(
            DeviceName.Parse(DeviceUnderTest.Name), new(DeviceUnderTest.FileOf("dense"), "dense", 1, new Dictionary<string, string>()));
        if (session.Memory is null)
        {
            DeviceReport.Write($"{session.Device}: the provider's memory cannot be used, so the runtime copies by itself");
            return;
        }
        using var kept = new InferenceLane(session);
        using var copied = new InferenceLane(session with { Bind = size => new CopiedBatch(session.Session, size) });
        for (int run = 0; run < Runs; run++)
        {
            // Other images each time: a run must see its own.
            var pixels = DeviceUnderTest.Images.Slice(run % Math.Max(1, DeviceUnderTest.Images.Count - Batch), Batch).Pixels.Span;
            float[] expected = new float[Batch * 10], actual = new float[Batch * 10];
            copied.Run(pixels, expected);
            kept.Run(pixels, actual);
            Assert.Equal(expected, actual);
        }
        DeviceReport.Write($"{session.Device}: tensors are kept in the device's memory, the same bits as by the runtime's copies");
    }
}
