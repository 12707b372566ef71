using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Internals;
using OnnxDigits.Inference.Internals.Devices;
using OnnxDigits.Inference.Internals.Devices.Batches;

namespace OnnxDigits.Inference.Tests;

/// <summary>What is done for a device other than the CPU, with a session on the CPU in its place.</summary>
[Collection(nameof(Alone))]
public class DeviceLaneTests
{
    private const int Length = DigitClassifier.ImageLength;

    [Fact]
    public void Run_OnADevice_GivesTheCpusProbabilitiesForAnyNumberOfImages()
    {
        using var cpu = Cpu(new TinyModel().Encode());
        using var cpuLane = new InferenceLane(cpu);
        using var deviceLane = new InferenceLane(AsDevice(cpu));
        // Two rounds of the same sizes: the second one must see its own images.
        foreach (int seed in (int[])[1, 2])
        {
            foreach (int count in (int[])[1, 9, 1100])
            {
                byte[] images = new byte[count * Length];
                new Random(seed).NextBytes(images);
                float[] expected = new float[count * 10], actual = new float[count * 10];
                cpuLane.Run(images, expected);
                deviceLane.Run(images, actual);
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            }
        }
    }

    [Fact]
    public void Run_ThatFailsOnADevice_IsADeviceErrorInOneSentence()
    {
        using var cpu = Cpu(new TinyModel { InputShape = [1, 1, 28, 28] }.Encode());
        using var lane = new InferenceLane(AsDevice(cpu));
        var error = Assert.Throws<DigitDeviceException>(() => lane.Run(new byte[8 * Length], new float[80]));
        Assert.StartsWith("The device 'webgpu:0' failed while it ran (", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void IsWon_ByTheFasterOfTwoModels_SaysBothTimes()
    {
        using var fast = Cpu(new TinyModel().Encode());
        using var slow = Cpu(Embedded("best.onnx"));
        Assert.True(DeviceRace.IsWon(AsDevice(fast), slow, out _));
        Assert.False(DeviceRace.IsWon(AsDevice(slow), fast, out string result));
        Assert.Matches(@"^The device 'webgpu:0' takes [\d.]+ ms for (one image|64 images), the CPU [\d.]+ ms for 64\.$", result);
    }

    [Fact]
    public void Find_MemoryThatIsNotThereOrHasNoWayToCopy_IsNone()
    {
        using var cpu = Cpu(new TinyModel().Encode());
        using var info = new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
        Assert.Null(DeviceMemory.Find(cpu.Session, info));
        Assert.Null(DeviceMemory.Find(cpu.Session, info: null));
        // It has this one, and no way to copy: the CPU needs none.
        Assert.Null(DeviceMemory.Find(cpu.Session, OrtMemoryInfo.DefaultInstance));
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
    public void Fit_OfSoManyImages_TakesTheLargestBatchThatIsFull(int limit, int images, int batch) =>
        Assert.Equal(batch, new BatchLimit(limit).Fit(images));

    private static DeviceSession Cpu(byte[] model) =>
        CpuSession.Create(new SessionRequest(model, "model", 1, new Dictionary<string, string>()));

    private static DeviceSession AsDevice(DeviceSession cpu) =>
        cpu with
        {
            Device = new DeviceName(DeviceKind.WebGpu, 0),
            Gate = new Lock(),
            Limit = new BatchLimit(BatchLimit.OfDevice),
            Bind = size => new CopiedBatch(cpu.Session, size),
        };

    private static byte[] Embedded(string name)
    {
        using var file = typeof(DigitClassifier).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
