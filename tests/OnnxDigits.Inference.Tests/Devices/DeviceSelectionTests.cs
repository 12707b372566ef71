namespace OnnxDigits.Inference.Tests.Devices;

public class DeviceSelectionTests
{
    [Theory]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void Load_CudaWithoutItsPackage_NamesThePackage(string device, string named)
    {
        var error = Assert.Throws<DigitDeviceException>(
            () => DigitClassifier.Load(new TinyModel().Encode(), new() { Device = device }));

        Assert.Contains($"'{named}'", error.Message);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message);
        Assert.Contains("libonnxruntime_providers_cuda", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("webgpu", "webgpu:0")]
    [InlineData("webgpu:2", "webgpu:2")]
    public void Load_WebGpuWithoutItsProvider_NamesThePackage(string device, string named)
    {
        var error = Assert.Throws<DigitDeviceException>(
            () => DigitClassifier.Load(new TinyModel().Encode(), new() { Device = device }));

        Assert.Contains($"'{named}'", error.Message);
        Assert.Contains("Microsoft.ML.OnnxRuntime.EP.WebGpu", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Load_AutoWithoutCuda_RunsOnTheCpuWithoutANotice()
    {
        using var classifier = DigitClassifier.Load(new TinyModel().Encode());

        Assert.Equal("cpu", classifier.Info.Device);
        Assert.Equal("CPUExecutionProvider", classifier.Info.Provider);
        Assert.Null(classifier.Info.DeviceNotice);
    }

    [Theory]
    [InlineData(null, 64)]
    [InlineData(65_536, 64)]
    [InlineData(63, 8)]
    [InlineData(7, 1)]
    public void BatchSize_OnTheCpu_IsRoundedDown(int? asked, int taken)
    {
        using var classifier = DigitClassifier.Load(
            new TinyModel().Encode(), new() { Device = "cpu", BatchSize = asked });
        Assert.Equal(taken, classifier.Info.BatchSize);
    }

    [Fact]
    public void Try_CpuPackage_FindsTheCpuAndNamesThePackagesOfTheOthers()
    {
        var devices = DigitDevices.Try(new() { Model = EmbeddedModel.Dense });

        Assert.Equal(["cpu", "cuda:0", "webgpu:0"], devices.Select(device => device.Name));
        Assert.Equal([true, false, false], devices.Select(device => device.Works));
        Assert.Equal("CPUExecutionProvider", devices[0].Info!.Provider);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", devices[1].Problem);
        Assert.Contains("Microsoft.ML.OnnxRuntime.EP.WebGpu", devices[2].Problem);
        Assert.Contains("CPUExecutionProvider", DigitDevices.Providers);
    }
}
