using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>Tests batches and faults of a device with a CPU session that is treated as one.</summary>
[Collection(nameof(Alone))]
public class BatchRunnerTests
{
    private const int Length = DigitClassifier.ImageLength;

    [Fact]
    public void Run_OnADevice_GivesTheProbabilitiesOfTheCpu()
    {
        using var cpu = Cpu(new TinyModel().Encode());
        using var cpuRunner = new BatchRunner(cpu);
        using var deviceRunner = new BatchRunner(AsDevice(cpu));
        // In the second round of a size, the batch must see new images.
        foreach (int seed in (int[])[1, 2])
        {
            foreach (int count in (int[])[1, 9, 1100])
            {
                byte[] images = new byte[count * Length];
                new Random(seed).NextBytes(images);
                float[] expected = cpuRunner.Scores(images), actual = deviceRunner.Scores(images);
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            }
        }
    }

    [Fact]
    public void Run_OutOfMemory_HalvesTheBatchAndReadsEveryImage()
    {
        using var cpu = Cpu(new TinyModel().Encode());
        var device = new LimitedDevice(cpu) { MostImages = 300 };
        using var cpuRunner = new BatchRunner(cpu);
        using var one = new BatchRunner(device.Session);
        using var other = new BatchRunner(device.Session);
        byte[] images = new byte[2000 * Length];
        new Random(1).NextBytes(images);
        float[] expected = cpuRunner.Scores(images);
        foreach (var runner in (BatchRunner[])[one, other])
        {
            float[] actual = runner.Scores(images);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
        // The runners try each failed size once, and failed batches hold no memory.
        Assert.Equal([1024, 512], device.Failed);
        Assert.Equal(
            "A batch of 512 images failed (no memory is left), so batches are limited to 256.",
            device.Session.Limit.Notice);
        Assert.Equal(2 * new[] { 256, 64, 8 }.Length, device.Bound);
    }

    [Fact]
    public void Run_DeviceLost_Throws()
    {
        using var cpu = Cpu(new TinyModel().Encode());
        var device = new LimitedDevice(cpu) { RunsUntilLost = 1 };
        using var runner = new BatchRunner(device.Session);
        runner.Scores(new byte[Length]);
        var error = Assert.Throws<DigitDeviceException>(() => runner.Scores(new byte[100 * Length]));
        Assert.StartsWith("The device 'webgpu:0' failed (no memory is left). ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal([64, 32, 16, 8, 4, 2, 1], device.Failed);
    }

    [Fact]
    public void Run_NotFinite_IsAModelErrorOnTheCpuAndADeviceErrorElsewhere()
    {
        float[] huge = [.. TinyModel.Weights.Select((_, i) => i % 10 == 3 ? 3e38f : i % 10 == 4 ? -3e38f : 0)];
        using var cpu = Cpu(new TinyModel { Weight = OnnxParts.Floats("W", [784, 10], huge) }.Encode());
        byte[] images = new byte[Length];
        images.AsSpan().Fill(255);
        using var cpuRunner = new BatchRunner(cpu);
        using var deviceRunner = new BatchRunner(AsDevice(cpu));
        var model = Assert.Throws<DigitModelException>(() => cpuRunner.Scores(images));
        Assert.StartsWith("The model returned a probability that is not finite: ", model.Message);
        var device = Assert.Throws<DigitDeviceException>(() => deviceRunner.Scores(images));
        Assert.StartsWith("The device 'webgpu:0' returned a probability that is not finite. ", device.Message);
    }

    [Theory]
    [InlineData(1024, 512)]
    [InlineData(512, 256)]
    [InlineData(3, 1)]
    public void Halve_AfterABatchOf1024Failed_NeverRaisesTheLimit(int next, int limit)
    {
        var batches = new BatchLimit(1024);
        batches.Halve(1024, "first");
        batches.Halve(next, "next");
        Assert.Equal(limit, batches.Images);
    }

    [Theory]
    [InlineData(1024, 2000, 1024)]
    [InlineData(1024, 1000, 256)]
    [InlineData(1024, 63, 8)]
    [InlineData(100, 99, 64)]
    [InlineData(100, 100, 100)]
    [InlineData(5, 6, 5)]
    [InlineData(5, 4, 1)]
    [InlineData(65536, 65535, 16384)]
    public void Fit_Images_ReturnsTheLargestFullBatch(int limit, int images, int batch) =>
        Assert.Equal(batch, new BatchLimit(limit).Fit(images));

    private static DeviceSession Cpu(byte[] model) =>
        SessionFactory.CreateOnCpu(new SessionRequest(model, "model", new DigitClassifierOptions()));

    private static DeviceSession AsDevice(DeviceSession cpu) =>
        cpu with
        {
            Device = new DeviceName(DeviceKind.WebGpu, 0),
            Gate = new Gate(),
            Limit = new BatchLimit(BatchLimit.OfDevice),
        };
}
