using OnnxDigits.Inference;
using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Tests;

namespace OnnxDigits.DeviceTests;

public class FaultTests
{
    [Fact]
    public void Open_IndexPastTheLastDevice_IsADeviceErrorInOneSentence()
    {
        string device = $"{DeviceUnderTest.Name.Split(':')[0]}:99";
        var error = Assert.Throws<DigitDeviceException>(() => DeviceUnderTest.Open("dense", device));
        Assert.Contains($"'{device}'", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        DeviceReport.Write($"{device}: {error.Message}");
    }

    [Fact]
    public void Run_AnAbsurdBatch_IsHalvedUntilItFitsAndTheDeviceGoesOn()
    {
        const int Absurd = 65_536, EnoughToSee = 8192;
        var request = new SessionRequest(DeviceUnderTest.FileOf("conv"), "conv", new() { BatchSize = Absurd });
        DeviceName.TryParse(DeviceUnderTest.Name, out var name);
        using var session = DeviceSessionFactory.Create(name, request);
        using var real = new InferenceLane(session);
        DigitPrediction[] before = new DigitPrediction[1], after = new DigitPrediction[1];
        var image = DeviceUnderTest.Images.Slice(0, 1).Pixels.Span;
        real.Run(image, before, 0);

        // What fits takes minutes on a device in software, and is no part of the question.
        using var lane = new InferenceLane(session with { Bind = size => size > EnoughToSee ? session.Bind(size) : new NothingDone(size) });
        lane.Run(new byte[Absurd * DigitClassifier.ImageLength], new DigitPrediction[Absurd], 0);
        DeviceReport.Write($"conv, a batch of {Absurd} images: {session.Limit.Notice ?? "ran"}");
        Assert.DoesNotContain('\n', session.Limit.Notice ?? "");
        real.Run(image, after, 0);
        Assert.Equal(before[0].Scores, after[0].Scores);
    }

    [Fact]
    public void Open_AModelThatTheProviderRunsWrongly_IsRefusedOrReadAsOnTheCpu()
    {
        // ONNX Runtime 1.30's WebGPU provider: https://github.com/microsoft/onnxruntime/issues/29651.
        byte[] model = new TinyModel
        {
            Nodes =
            [
                Convolution("input", "six", "A"), Convolution("six", "four", "B"), Convolution("four", "one", "C"),
                OnnxParts.Node("Flatten", ["one"], ["features"]),
            ],
            Tensors = [OnnxParts.Floats("A", 6, 1, 3, 3), OnnxParts.Floats("B", 4, 6, 3, 3), OnnxParts.Floats("C", 1, 4, 3, 3)],
            Factor = "features",
        }.Encode();
        string verdict;
        try
        {
            using var device = Load(model, DeviceUnderTest.Name);
            using var cpu = Load(model, "cpu");
            int count = Math.Min(16, DeviceUnderTest.Images.Count);
            float[] expected = DeviceUnderTest.Predict(cpu, 0, count), actual = DeviceUnderTest.Predict(device, 0, count);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-4);
            verdict = "read as on the CPU";
        }
        catch (DigitDeviceException e)
        {
            Assert.Contains("otherwise than the CPU", e.Message);
            Assert.DoesNotContain('\n', e.Message);
            verdict = e.Message;
        }
        DeviceReport.Write($"a convolution from 6 channels to 4: {verdict}");
    }

    [Fact]
    public async Task Predict_TwoClassifiersFromSixteenThreads_EachReadsItsOwnImages()
    {
        const int Threads = 16;
        using var one = DeviceUnderTest.Open("dense", DeviceUnderTest.Name);
        using var two = DeviceUnderTest.Open("conv", DeviceUnderTest.Name);
        int count = Math.Min(Threads, DeviceUnderTest.Images.Count);
        float[][] expected =
        [
            DeviceUnderTest.Predict(one, 0, count),
            DeviceUnderTest.Predict(two, 0, count),
        ];
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < 3; round++)
            {
                int image = (thread + round) % count, network = (thread + round) % 2;
                float[] row = DeviceUnderTest.Predict(network == 0 ? one : two, image, 1);
                for (int i = 0; i < row.Length; i++)
                    Assert.Equal(expected[network][image * 10 + i], row[i], 1e-4);
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        await Task.WhenAll(threads);
        DeviceReport.Write($"two classifiers from {Threads} threads: each read its own images");
    }

    private static byte[] Convolution(string input, string output, string kernel) =>
        OnnxParts.Node("Conv", [input, kernel], [output], [OnnxParts.Integers("kernel_shape", 3, 3), OnnxParts.Integers("pads", 1, 1, 1, 1)]);

    private static DigitClassifier Load(byte[] model, string device) =>
        DigitClassifier.Load(new MemoryStream(model), new() { Device = device });

    private sealed class NothingDone(int images) : IBoundBatch
    {
        public float[] Input { get; } = new float[images * DigitClassifier.ImageLength];

        public float[] Output { get; } = new float[images * 10];

        public void Run()
        {
        }

        public void Dispose()
        {
        }
    }
}
