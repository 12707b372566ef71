using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>Compares the device under test with the CPU.</summary>
public class DeviceTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(EmbeddedModel.Dense)]
    [InlineData(EmbeddedModel.Conv)]
    [InlineData(EmbeddedModel.Best)]
    public void ClassifyPrepared_TestImages_AgreesWithTheCpu(EmbeddedModel model)
    {
        var images = DeviceUnderTest.Images;
        using var cpu = DeviceUnderTest.Open(model, DigitDevices.Cpu);
        using var device = DeviceUnderTest.Open(model, DeviceUnderTest.Name);
        var expected = new DigitPrediction[images.Count];
        var actual = new DigitPrediction[images.Count];
        cpu.ClassifyPrepared(images.Pixels.Span, expected);
        device.ClassifyPrepared(images.Pixels.Span, actual);

        double largest = expected.Zip(actual, LargestDifference).Max();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{model} on {device.Info.Device} ({device.Info.Provider}): "
            + $"largest difference {largest:0.0e+0} over {images.Count} images");
        Assert.Equal(expected.Select(prediction => prediction.Digit), actual.Select(prediction => prediction.Digit));
        Assert.InRange(largest, 0, Tolerance);
        Assert.Equal(DeviceUnderTest.IsCpu, device.Info.Provider == cpu.Info.Provider);
    }

    [Theory]
    [InlineData(EmbeddedModel.Dense)]
    [InlineData(EmbeddedModel.Conv)]
    [InlineData(EmbeddedModel.Best)]
    public void ClassifyPrepared_AnyBatchSize_GivesTheSame(EmbeddedModel model)
    {
        const int Count = 85;
        using var device = DeviceUnderTest.Open(model, DeviceUnderTest.Name);
        byte[] pixels = DeviceUnderTest.Images.Slice(0, Count).Pixels.ToArray();
        float[] whole = device.Scores(pixels);
        foreach (int size in (int[])[1, 8, 17])
        {
            var chunks = pixels.Chunk(size * DigitClassifier.ImageLength);
            float[] parts = [.. chunks.SelectMany(chunk => device.Scores(chunk))];
            Assert.All(whole.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Open_NumberPastTheLastDevice_Throws()
    {
        string device = DeviceUnderTest.IsCpu ? "cuda:99" : $"{DeviceUnderTest.Name.Split(':')[0]}:99";
        var error = Assert.Throws<DigitDeviceException>(() => DeviceUnderTest.Open(EmbeddedModel.Dense, device));
        Assert.Contains($"'{device}'", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Run_HugeBatch_IsHalvedUntilItFits()
    {
        const int Huge = 65_536, EnoughToSee = 8192;
        DeviceName.TryParse(DeviceUnderTest.Name, out var name);
        using var session = SessionFactory.Create(
            name, new(new TinyModel().Encode(), "tiny", new() { BatchSize = Huge }));
        using var normal = new BatchRunner(session);
        byte[] image = DeviceUnderTest.Images.Slice(0, 1).Pixels.ToArray();
        float[] before = normal.Scores(image);

        // A batch that fits takes minutes on a software device, so smaller ones run no more.
        using var runner = new BatchRunner(session with
        {
            Bind = size => size > EnoughToSee ? session.Bind(size) : new SkippedBatch(session, size),
        });
        runner.Scores(new byte[Huge * DigitClassifier.ImageLength]);
        Assert.DoesNotContain('\n', session.Limit.Notice ?? "");
        Assert.Equal(before, normal.Scores(image));
    }

    [Fact]
    public void Open_ModelThatTheProviderRunsWrongly_IsRefusedOrReadCorrectly()
    {
        // ONNX Runtime 1.30's WebGPU provider: https://github.com/microsoft/onnxruntime/issues/29651.
        byte[] model = new TinyModel
        {
            Nodes =
            [
                Convolution("input", "six", "A"), Convolution("six", "four", "B"), Convolution("four", "one", "C"),
                OnnxParts.Node("Flatten", ["one"], ["features"]),
            ],
            Tensors =
            [
                OnnxParts.Floats("A", 6, 1, 3, 3), OnnxParts.Floats("B", 4, 6, 3, 3), OnnxParts.Floats("C", 1, 4, 3, 3),
            ],
            Factor = "features",
        }.Encode();
        byte[] pixels = DeviceUnderTest.Images.Slice(0, 16).Pixels.ToArray();
        using var cpu = DigitClassifier.Load(model, new() { Device = DigitDevices.Cpu });
        try
        {
            using var device = DigitClassifier.Load(model, new() { Device = DeviceUnderTest.Name });
            Assert.All(
                cpu.Scores(pixels).Zip(device.Scores(pixels)),
                pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        }
        catch (DigitDeviceException e)
        {
            Assert.Contains("gives other results than the CPU", e.Message);
        }
    }

    [Fact]
    public async Task ClassifyPrepared_TwoClassifiersFromSixteenThreads_ReadTheirOwnImages()
    {
        const int Threads = 16;
        using var one = DeviceUnderTest.Open(EmbeddedModel.Dense, DeviceUnderTest.Name);
        using var two = DeviceUnderTest.Open(EmbeddedModel.Conv, DeviceUnderTest.Name);
        byte[] pixels = DeviceUnderTest.Images.Slice(0, Threads).Pixels.ToArray();
        byte[][] images = [.. pixels.Chunk(DigitClassifier.ImageLength)];
        float[][][] expected =
        [
            [.. images.Select(image => one.Scores(image))],
            [.. images.Select(image => two.Scores(image))],
        ];
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < 3; round++)
            {
                int image = (thread + round) % Threads, network = (thread + round) % 2;
                float[] actual = (network == 0 ? one : two).Scores(images[image]);
                Assert.All(
                    expected[network][image].Zip(actual),
                    pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static double LargestDifference(DigitPrediction one, DigitPrediction other)
    {
        double largest = 0;
        for (int digit = 0; digit < 10; digit++)
        {
            largest = Math.Max(largest, Math.Abs(one.Scores[digit] - other.Scores[digit]));
        }
        return largest;
    }

    private static byte[] Convolution(string input, string output, string kernel) => OnnxParts.Node(
        "Conv",
        [input, kernel],
        [output],
        [OnnxParts.Integers("kernel_shape", 3, 3), OnnxParts.Integers("pads", 1, 1, 1, 1)]);

    private sealed class SkippedBatch(DeviceSession session, int images)
        : BoundBatch(session.Session, images, session.IsOnCpu)
    {
        public override void Run() => Array.Fill(Output, 0.1f);
    }
}
