using System.Diagnostics.Metrics;

namespace OnnxDigits.Inference.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly DigitClassifier _classifier =
        DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });

    public void Dispose() => _classifier.Dispose();

    [Fact]
    public void Classify_WithListener_RecordsBothHistograms()
    {
        var seconds = new Dictionary<string, List<double>>();
        int thread = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "OnnxDigits.Inference") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            // Other tests run in parallel. The callback runs on the thread that measured.
            if (Environment.CurrentManagedThreadId != thread) return;
            Assert.Equal("s", instrument.Unit);
            if (!seconds.TryGetValue(instrument.Name, out var values)) seconds[instrument.Name] = values = [];
            values.Add(value);
        });
        listener.Start();

        _classifier.Classify(Stroke(0));
        _classifier.Classify(new byte[70 * DigitClassifier.ImageLength], new DigitPrediction[70]);

        Assert.Equal(["onnxdigits.preprocess.duration", "onnxdigits.run.duration"], seconds.Keys.Order());
        // One image, then 70 images in batches of 64 and 6.
        Assert.Equal(71, seconds["onnxdigits.preprocess.duration"].Count);
        Assert.Equal(3, seconds["onnxdigits.run.duration"].Count);
        Assert.All(seconds.Values, values => Assert.All(values, value => Assert.InRange(value, 1e-9, 10)));
    }

    private static RasterImage Stroke(byte ink)
    {
        byte[] pixels = new byte[40 * 40];
        Array.Fill(pixels, (byte)(255 - ink));
        for (int y = 8; y < 32; y++) pixels.AsSpan(y * 40 + 18, 4).Fill(ink);
        return new RasterImage(pixels, 40, 40, PixelLayout.Gray8);
    }
}
