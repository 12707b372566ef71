using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

public class EmbeddedModelTests
{
    [Theory]
    [InlineData(EmbeddedModel.Best, "best")]
    [InlineData(EmbeddedModel.Conv, "conv")]
    [InlineData(EmbeddedModel.Dense, "dense")]
    public void Constructor_EmbeddedModel_HasItsName(EmbeddedModel model, string network)
    {
        using var classifier = new DigitClassifier(new DigitClassifierOptions { Model = model });
        Assert.Equal(network, classifier.Info.Network);
        Assert.Equal(network + ".onnx", classifier.Info.Name);
        Assert.Equal(DigitPreprocessing.Id, classifier.Info.Preprocessing);
    }

    // Embedded models are not checked when they are opened, so this test does it.
    [Theory]
    [InlineData(EmbeddedModel.Best, "best.onnx")]
    [InlineData(EmbeddedModel.Conv, "conv.onnx")]
    [InlineData(EmbeddedModel.Dense, "dense.onnx")]
    public void Constructor_EmbeddedModel_PassesTheChecksOfLoad(EmbeddedModel model, string resource)
    {
        using var stream = typeof(DigitClassifier).Assembly.GetManifestResourceStream(resource)!;
        using var loaded = DigitClassifier.Load(stream);
        using var embedded = new DigitClassifier(new DigitClassifierOptions { Model = model });
        Assert.Equal(loaded.Info with { Name = resource }, embedded.Info);
    }

    [Fact]
    public void Constructor_WithoutOptions_IsBest()
    {
        using var classifier = new DigitClassifier();
        Assert.Equal("best", classifier.Info.Network);
    }

    [Theory]
    [InlineData(EmbeddedModel.Best)]
    [InlineData(EmbeddedModel.Conv)]
    [InlineData(EmbeddedModel.Dense)]
    public void Classify_TestImages_AreMostlyRight(EmbeddedModel model)
    {
        using var classifier = new DigitClassifier(new DigitClassifierOptions { Model = model });
        var test = DigitImagesForTests.Set.Test;
        var predictions = new DigitPrediction[test.Count];
        classifier.Classify(test.Pixels.Span, predictions);

        int right = predictions.Where((prediction, n) => prediction.Digit == test.Label(n)).Count();
        double accuracy = right / (double)test.Count;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{model}: {accuracy:0.0000} on {DigitImagesForTests.Set.Name}");
        Assert.True(accuracy > (DigitImagesForTests.IsMnist ? 0.95 : 0.6), $"{accuracy}");
    }

    [Theory]
    [InlineData(EmbeddedModel.Best)]
    [InlineData(EmbeddedModel.Conv)]
    [InlineData(EmbeddedModel.Dense)]
    public void ClassifyPrepared_AnyBatchSizeAndThreads_GivesTheSameBits(EmbeddedModel model)
    {
        using var one = new DigitClassifier(new DigitClassifierOptions { Model = model });
        using var two = new DigitClassifier(new DigitClassifierOptions { Model = model, IntraOpThreads = 2 });
        var pixels = DigitImagesForTests.Set.Test.Slice(0, 150).Pixels.Span;
        const int Length = DigitImages.PixelsPerImage;
        var single = new List<float>();
        for (int n = 0; n < 150; n++) single.AddRange(one.Scores(pixels.Slice(n * Length, Length)));
        float[] batched = one.Scores(pixels), threaded = two.Scores(pixels);

        Assert.Equal(single, batched);
        Assert.Equal(single, threaded);
    }
}
