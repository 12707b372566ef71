namespace OnnxDigits.Inference.Tests;

// These tests run on Microsoft.ML.OnnxRuntime, the package without CUDA, whatever the machine has.
public class DeviceTests
{
    [Theory]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void Load_CudaWithoutItsPackage_NamesWhatIsMissing(string device, string named)
    {
        var error = Assert.Throws<DigitDeviceException>(
            () => DigitClassifier.Load(new TinyModel().Encode(), new() { Device = device }));

        Assert.Contains($"'{named}'", error.Message);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message);
        Assert.Contains("libonnxruntime_providers_cuda", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Load_Auto_FallsBackAndSaysSo()
    {
        using var classifier = DigitClassifier.Load(new TinyModel().Encode());

        Assert.Equal("cpu", classifier.Info.Device);
        Assert.Equal("CPUExecutionProvider", classifier.Info.Provider);
        Assert.Contains("CUDA", classifier.Info.DeviceNotice);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    public void Device_Unknown_IsRefusedWhenSet(string device)
    {
        var error = Assert.Throws<ArgumentException>(() => new DigitClassifierOptions { Device = device });
        Assert.Contains($"'{device}'", error.Message);
    }
}
