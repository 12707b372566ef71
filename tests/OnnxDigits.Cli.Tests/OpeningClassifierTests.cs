using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Tests;

public sealed class OpeningClassifierTests
{
    [Fact]
    public async Task DisposeAsync_NeverAskedFor_FreesTheNetworkAllTheSame()
    {
        DigitClassifier? opened = null;
        await using (new OpeningClassifier(() => opened = new DigitClassifier()))
        {
        }

        Assert.NotNull(opened);
        Assert.Throws<ObjectDisposedException>(() => opened.Predict(new byte[DigitClassifier.ImageLength], new float[10]));
    }

    [Fact]
    public async Task DisposeAsync_CannotBeOpened_LeavesTheReasonToWhoAsks()
    {
        var opening = new OpeningClassifier(() => throw new InvalidOperationException("no network"));
        await opening.DisposeAsync();

        var reason = await Assert.ThrowsAsync<InvalidOperationException>(() => opening.Opened);
        Assert.Equal("no network", reason.Message);
    }
}
