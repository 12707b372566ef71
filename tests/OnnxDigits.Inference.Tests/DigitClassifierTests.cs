namespace OnnxDigits.Inference.Tests;

[Collection(nameof(Alone))]
public sealed class DigitClassifierTests : IDisposable
{
    private const int Length = DigitClassifier.ImageLength;

    private readonly DigitClassifier _classifier =
        DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });

    public void Dispose() => _classifier.Dispose();

    [Fact]
    public void ClassifyPrepared_TinyModel_EqualsTheDefinition()
    {
        byte[] images = RandomImages(75);
        float[] actual = _classifier.Scores(images);

        for (int n = 0; n < 75; n++)
        {
            double[] expected = Softmax(images.AsSpan(n * Length, Length));
            for (int digit = 0; digit < 10; digit++) Assert.Equal(expected[digit], actual[n * 10 + digit], 1e-6);
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
    public void ClassifyPrepared_AnyBatchSize_GivesTheSameBits(int batch)
    {
        byte[] images = RandomImages(200);
        var single = images.Chunk(Length).SelectMany(image => _classifier.Scores(image));
        var batched = images.Chunk(batch * Length).SelectMany(chunk => _classifier.Scores(chunk));
        Assert.Equal(single, batched);
    }

    [Fact]
    public void ClassifyPrepared_ManyThreads_GivesTheSameBits()
    {
        byte[] images = RandomImages(64);
        float[] expected = _classifier.Scores(images);

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, turn =>
        {
            int start = turn % 64;
            Assert.Equal(expected[(start * 10)..], _classifier.Scores(images.AsSpan(start * Length)));
        });
    }

    [Fact]
    public void Calls_AfterTheFirst_AllocateNothing()
    {
        byte[] images = RandomImages(73);
        var predictions = new DigitPrediction[73];
        byte[] digit = MnistLikeImage();
        byte[] digits = [.. Enumerable.Repeat(digit, 73).SelectMany(pixels => pixels)];
        void CallAll()
        {
            _classifier.ClassifyPrepared(images, predictions);
            _classifier.Classify(digits, predictions);
            _classifier.Classify(digit);
        }
        CallAll();

        // The minimum of ten rounds, because tiered compilation sometimes allocates on this thread.
        long[] rounds = [.. Enumerable.Range(0, 10).Select(_ => Allocated(CallAll, times: 100))];
        Assert.Equal(0, rounds.Min());
    }

    private static long Allocated(Action action, int times)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++) action();
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
    public void Classify_NoInk_IsBlankWithoutADigit()
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
    public void Calls_WrongLengths_Throw()
    {
        Assert.Contains("783", Assert.Throws<ArgumentException>(() => _classifier.Classify(new byte[783])).Message);
        var odd = Assert.Throws<ArgumentException>(
            () => _classifier.ClassifyPrepared(new byte[785], new DigitPrediction[2]));
        Assert.Contains("785", odd.Message);
        Assert.Throws<ArgumentException>(
            () => _classifier.ClassifyPrepared(new byte[2 * Length], new DigitPrediction[1]));
        Assert.Throws<ArgumentException>(() => _classifier.Classify(new byte[2 * Length], new DigitPrediction[1]));
    }

    [Fact]
    public void ClassifyPrepared_AfterDispose_Throws()
    {
        _classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => _classifier.ClassifyPrepared(new byte[Length], new DigitPrediction[1]));
    }

    [Fact]
    public void BlankPicture_AfterDispose_Throws()
    {
        _classifier.Dispose();
        byte[] blank = new byte[Length];
        Assert.Throws<ObjectDisposedException>(() => _classifier.Classify(blank));
        Assert.Throws<ObjectDisposedException>(
            () => _classifier.ReadAll(new RasterImage(blank, 28, 28, PixelLayout.Gray8)));
    }

    [Fact]
    public void RasterImage_Default_IsRefused()
    {
        Assert.Equal("raster", Assert.Throws<ArgumentException>(() => _classifier.Classify(default(RasterImage)))
            .ParamName);
        Assert.Equal("raster", Assert.Throws<ArgumentException>(() => _classifier.ReadAll(default)).ParamName);
        Assert.Equal("raster", Assert.Throws<ArgumentException>(
            () => { _ = DigitPreprocessing.Apply(default, new byte[Length]); }).ParamName);
    }

    [Fact]
    public void ClassifyPrepared_ZerosAmongDigits_AreBlank()
    {
        byte[] images = [.. MnistLikeImage(), .. new byte[Length], .. MnistLikeImage()];
        var predictions = new DigitPrediction[3];
        _classifier.ClassifyPrepared(images, predictions);

        Assert.Equal(
            [PredictionStatus.Uncertain, PredictionStatus.Blank, PredictionStatus.Uncertain],
            predictions.Select(prediction => prediction.Status));
        Assert.Equal(_classifier.Classify(MnistLikeImage()).Scores, predictions[2].Scores);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Classify_DarkOrLightInk_TellsThePolarity(byte ink)
    {
        byte[] image = [.. MnistLikeImage().Select(pixel => ink == 0 ? (byte)(255 - pixel) : pixel)];
        var predictions = new DigitPrediction[1];
        _classifier.Classify(image, predictions);

        Assert.Equal(ink == 0, predictions[0].Inverted);
        Assert.Equal(ink == 0, _classifier.Classify(image).Inverted);
    }

    [Fact]
    public void FromScores_EqualScores_TakesTheLowerDigit()
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

    /// <summary>Returns a bar of 20 rows whose center of mass is on index 14.</summary>
    private static byte[] MnistLikeImage()
    {
        byte[] image = new byte[Length];
        for (int y = 4; y < 24; y++) image.AsSpan(y * 28 + 13, 3).Fill(255);
        return image;
    }

    private static double[] Softmax(ReadOnlySpan<byte> image)
    {
        double[] logits = new double[10];
        for (int i = 0; i < Length; i++)
        {
            for (int digit = 0; digit < 10; digit++)
            {
                logits[digit] += image[i] / 255.0 * TinyModel.Weights[i * 10 + digit];
            }
        }
        double max = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - max));
        return [.. logits.Select(logit => Math.Exp(logit - max) / sum)];
    }

    [Fact]
    public void Dispose_WhileOtherThreadsCall_LetsThemFinish()
    {
        byte[] images = new byte[64 * DigitClassifier.ImageLength];
        for (int round = 0; round < 20; round++)
        {
            var classifier = new DigitClassifier();
            int finished = 0, refused = 0;
            var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                var predictions = new DigitPrediction[64];
                try
                {
                    while (true)
                    {
                        classifier.ClassifyPrepared(images, predictions);
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
