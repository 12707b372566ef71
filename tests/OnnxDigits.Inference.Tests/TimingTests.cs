using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OnnxDigits.Inference.Tests;

public sealed class TimingTests : IDisposable
{
    private readonly DigitClassifier _classifier =
        DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });

    public void Dispose() => _classifier.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Classify_WithDetails_SaysPolarityAndWhereTheTimeWent(byte ink)
    {
        long start = Stopwatch.GetTimestamp();
        var prediction = _classifier.Classify(Stroke(ink), out var details);
        var whole = Stopwatch.GetElapsedTime(start);

        Assert.Equal(ink == 0, details.Inverted);
        Assert.True(details.Preprocessing > TimeSpan.Zero && details.Run > TimeSpan.Zero);
        Assert.True(details.Preprocessing + details.Run <= whole);
        Assert.Equal(_classifier.Classify(Stroke(ink)).Scores, prediction.Scores);
    }

    [Fact]
    public void Classify_BlankWithDetails_SpendsNoTimeInTheNetwork()
    {
        var page = new RasterImage(new byte[100], 10, 10, PixelLayout.Gray8);
        var prediction = _classifier.Classify(page, out var details);
        Assert.Equal(PredictionStatus.Blank, prediction.Status);
        Assert.Equal(TimeSpan.Zero, details.Run);
        Assert.True(details.Preprocessing > TimeSpan.Zero);
    }

    [Fact]
    public void Classify_WithAListener_RecordsBothHistograms()
    {
        var seconds = new Dictionary<string, List<double>>();
        int thread = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "OnnxDigits.Inference")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            // Other tests classify meanwhile; the callback comes on the thread that measured.
            if (Environment.CurrentManagedThreadId != thread)
                return;
            Assert.Equal("s", instrument.Unit);
            if (!seconds.TryGetValue(instrument.Name, out var values))
                seconds[instrument.Name] = values = [];
            values.Add(value);
        });
        listener.Start();

        _classifier.Classify(Stroke(0));
        _classifier.Classify(new byte[70 * DigitClassifier.ImageLength], new DigitPrediction[70]);

        Assert.Equal(["onnxdigits.preprocess.duration", "onnxdigits.run.duration"], seconds.Keys.Order());
        // The one image, and 70 in blocks of 64 and 6.
        Assert.All(seconds.Values, values => Assert.Equal(3, values.Count));
        Assert.All(seconds.Values, values => Assert.All(values, value => Assert.InRange(value, 1e-9, 10)));
    }

    private static RasterImage Stroke(byte ink)
    {
        byte[] pixels = new byte[40 * 40];
        Array.Fill(pixels, (byte)(255 - ink));
        for (int y = 8; y < 32; y++)
            pixels.AsSpan(y * 40 + 18, 4).Fill(ink);
        return new RasterImage(pixels, 40, 40, PixelLayout.Gray8);
    }
}
