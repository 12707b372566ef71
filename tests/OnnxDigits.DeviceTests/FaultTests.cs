using OnnxDigits.Inference;

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
}
