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
        DeviceName.TryParse(DeviceUnderTest.Name, out var name);
        using var session = DeviceSessionFactory.Create(name, new(DeviceUnderTest.FileOf("dense"), "dense", new()));
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
            Inference.DigitPrediction[] expected = new Inference.DigitPrediction[Batch], actual = new Inference.DigitPrediction[Batch];
            copied.Run(pixels, expected, 0);
            kept.Run(pixels, actual, 0);
            Assert.Equal(expected.SelectMany(p => p.Scores.ToArray()), actual.SelectMany(p => p.Scores.ToArray()));
        }
        DeviceReport.Write($"{session.Device}: tensors are kept in the device's memory, the same bits as by the runtime's copies");
    }
}
