namespace OnnxDigits.Inference.Tests;

[Collection(nameof(Alone))]
public sealed class DigitClassifierTests : IDisposable
{
    private const int Length = DigitClassifier.ImageLength;

    private readonly DigitClassifier _classifier = DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });

    public void Dispose() => _classifier.Dispose();

    [Fact]
    public void Predict_TinyModel_EqualsTheDefinition()
    {
        byte[] images = RandomImages(75);
        float[] actual = new float[750];
        _classifier.Predict(images, actual);

        for (int n = 0; n < 75; n++)
        {
            double[] expected = Softmax(images.AsSpan(n * Length, Length));
            for (int digit = 0; digit < 10; digit++)
                Assert.Equal(expected[digit], actual[n * 10 + digit], 1e-6);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Predict_AnyBatchSize_GivesTheSameBits(int batch)
    {
        byte[] images = RandomImages(200);
        float[] single = new float[2000], batched = new float[2000];
        for (int n = 0; n < 200; n++)
            _classifier.Predict(images.AsSpan(n * Length, Length), single.AsSpan(n * 10, 10));
        for (int n = 0; n < 200; n += batch)
        {
            int count = Math.Min(batch, 200 - n);
            _classifier.Predict(images.AsSpan(n * Length, count * Length), batched.AsSpan(n * 10, count * 10));
        }
        Assert.Equal(single, batched);
    }

    [Fact]
    public void Predict_ManyThreads_GiveTheSameBits()
    {
        byte[] images = RandomImages(64);
        float[] expected = new float[640];
        _classifier.Predict(images, expected);

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, turn =>
        {
            float[] actual = new float[640];
            int start = turn % 64;
            _classifier.Predict(images.AsSpan(start * Length), actual);
            Assert.Equal(expected.AsSpan(start * 10), actual.AsSpan(0, (64 - start) * 10));
        });
    }

    [Fact]
    public void ClassifyAndPredict_AfterTheFirstCall_AllocateNothing()
    {
        byte[] images = RandomImages(73);
        float[] scores = new float[730];
        byte[] digit = MnistLikeImage();
        void CallAll()
        {
            _classifier.Predict(images, scores);
            _classifier.Classify(digit);
        }
        CallAll();

        // The least of ten rounds: compiling a method anew, the runtime itself now and then allocates on this thread.
        long[] rounds = [.. Enumerable.Range(0, 10).Select(_ => Allocated(CallAll, times: 100))];
        Assert.Equal(0, rounds.Min());
    }

    private static long Allocated(Action action, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Classify_Batch_EqualsOneByOne()
    {
        byte[] images = [.. RandomImages(70), .. MnistLikeImage(), .. new byte[Length]];
        var predictions = new DigitPrediction[72];
        _classifier.Classify(images, predictions);

        for (int n = 0; n < 72; n++)
        {
            var single = _classifier.Classify(images.AsSpan(n * Length, Length));
            Assert.Equal(single.Digit, predictions[n].Digit);
            Assert.Equal(single.Status, predictions[n].Status);
            Assert.Equal(single.Scores, predictions[n].Scores);
        }
        Assert.Equal(PredictionStatus.Blank, predictions[71].Status);
    }

    [Fact]
    public void Classify_NothingOnTheImage_IsBlankAndNamesNoDigit()
    {
        byte[] white = new byte[Length];
        Array.Fill(white, (byte)255);
        foreach (byte[] image in new[] { new byte[Length], white })
        {
            var prediction = _classifier.Classify(image);
            Assert.Equal(PredictionStatus.Blank, prediction.Status);
            Assert.Null(prediction.Digit);
            Assert.Equal(0, prediction.Confidence);
            Assert.Equal(new float[10], prediction.Scores);
        }
    }

    [Fact]
    public void Classify_BelowTheThreshold_IsUncertain()
    {
        byte[] image = MnistLikeImage();
        float confidence = _classifier.Classify(image).Confidence;
        using var above = WithThreshold(MathF.BitIncrement(confidence));
        using var at = WithThreshold(confidence);

        Assert.Equal(PredictionStatus.Uncertain, above.Classify(image).Status);
        Assert.Equal(PredictionStatus.Ok, at.Classify(image).Status);
        Assert.Equal(at.Classify(image).Digit, above.Classify(image).Digit);
    }

    [Fact]
    public void Calls_WithWrongLengths_SayTheNumbers()
    {
        Assert.Contains("783", Assert.Throws<ArgumentException>(() => _classifier.Classify(new byte[783])).Message);
        Assert.Contains("785", Assert.Throws<ArgumentException>(() => _classifier.Predict(new byte[785], new float[10])).Message);
        Assert.Contains("2", Assert.Throws<ArgumentException>(() => _classifier.Predict(new byte[2 * Length], new float[19])).Message);
        Assert.Throws<ArgumentException>(() => _classifier.Classify(new byte[2 * Length], new DigitPrediction[1]));
    }

    [Fact]
    public void Predict_AfterDispose_Throws()
    {
        _classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _classifier.Predict(new byte[Length], new float[10]));
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedWhenSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigitClassifierOptions { IntraOpThreads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigitClassifierOptions { IntraOpThreads = 1025 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigitClassifierOptions { ConfidenceThreshold = 1.01f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigitClassifierOptions { ConfidenceThreshold = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DigitClassifierOptions { Model = (EmbeddedModel)3 });
    }

    [Fact]
    public void FromScores_Equals_FirstWins()
    {
        float[] scores = [0, 0, 0.5f, 0, 0, 0.5f, 0, 0, 0, 0];
        var prediction = DigitPrediction.FromScores(scores, 0.5f);
        Assert.Equal((2, 0.5f, PredictionStatus.Ok), (prediction.Digit, prediction.Confidence, prediction.Status));
        scores[7] = float.NaN;
        Assert.Throws<ArgumentException>(() => DigitPrediction.FromScores(scores, 0.5f));
    }

    private static DigitClassifier WithThreshold(float threshold) =>
        DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu", ConfidenceThreshold = threshold });

    private static byte[] RandomImages(int count)
    {
        byte[] images = new byte[count * Length];
        new Random(5).NextBytes(images);
        return images;
    }

    /// <summary>A bar of 20 rows whose centre of mass is on 14.</summary>
    private static byte[] MnistLikeImage()
    {
        byte[] image = new byte[Length];
        for (int y = 4; y < 24; y++)
            image.AsSpan(y * 28 + 13, 3).Fill(255);
        return image;
    }

    private static double[] Softmax(ReadOnlySpan<byte> image)
    {
        double[] logits = new double[10];
        for (int i = 0; i < Length; i++)
        {
            for (int digit = 0; digit < 10; digit++)
                logits[digit] += image[i] / 255.0 * TinyModel.Weights[i * 10 + digit];
        }
        double max = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - max));
        return [.. logits.Select(logit => Math.Exp(logit - max) / sum)];
    }

    [Fact]
    public void Dispose_WhileOtherThreadsCall_LetsThemFinishAndRefusesTheRest()
    {
        byte[] images = new byte[64 * DigitClassifier.ImageLength];
        for (int round = 0; round < 20; round++)
        {
            var classifier = new DigitClassifier();
            int finished = 0, refused = 0;
            var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                float[] scores = new float[64 * 10];
                try
                {
                    while (true)
                    {
                        classifier.Predict(images, scores);
                        Interlocked.Increment(ref finished);
                    }
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref refused);
                }
            })).ToList();
            callers.ForEach(caller => caller.Start());
            SpinWait.SpinUntil(() => Volatile.Read(ref finished) > round);
            classifier.Dispose();
            classifier.Dispose();
            callers.ForEach(caller => caller.Join());
            Assert.Equal(4, refused);
        }
    }
}
