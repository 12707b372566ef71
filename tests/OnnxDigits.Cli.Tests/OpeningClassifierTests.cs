using OnnxDigits.Cli.Commands;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Tests;

public sealed class OpeningClassifierTests
{
    [Fact]
    public void Dispose_NeverAskedFor_FreesTheNetworkAllTheSame()
    {
        DigitClassifier? opened = null;
        using (new OpeningClassifier(() => opened = new DigitClassifier()))
        {
        }

        Assert.NotNull(opened);
        Assert.Throws<ObjectDisposedException>(() => opened.Classify(new byte[DigitClassifier.ImageLength], new DigitPrediction[1]));
    }

    [Fact]
    public void Dispose_CannotBeOpened_LeavesTheReasonToWhoAsks()
    {
        var opening = new OpeningClassifier(() => throw new InvalidOperationException("no network"));
        opening.Dispose();

        var reason = Assert.Throws<InvalidOperationException>(() => opening.Opened);
        Assert.Equal("no network", reason.Message);
    }
}
