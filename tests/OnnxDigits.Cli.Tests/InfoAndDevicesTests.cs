using System.Text.Json;

namespace OnnxDigits.Cli.Tests;

public class InfoAndDevicesTests
{
    [Theory]
    [InlineData("best")]
    [InlineData("conv")]
    [InlineData("dense")]
    public void Info_EmbeddedModel_ReportsItsMetadata(string model)
    {
        var run = InferRun.Of("info", "--model", model);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(model, json.RootElement.GetProperty("network").GetString());
        Assert.Equal("onnxdigits-mnist-28x28-v2", json.RootElement.GetProperty("preprocessing").GetString());
        Assert.Equal(17, json.RootElement.GetProperty("opset").GetInt32());
        Assert.Equal("CPUExecutionProvider", json.RootElement.GetProperty("provider").GetString());
        string[] table = InferRun.Of("info", "-f", "table", "--model", model).Lines;
        Assert.Contains($"network            {model}", table);
        string digest = table[Array.IndexOf(table, "model sha256") + 1];
        Assert.Equal("  " + json.RootElement.GetProperty("model_sha256"), digest);
        Assert.StartsWith($"{{\n  \"model\": \"{model}.onnx\",\n", run.Output);
        Assert.EndsWith("\n}\n", run.Output);
        Assert.All(table, line => Assert.InRange(line.Length, 1, 80));
    }

    [Fact]
    public void Devices_TriesEachAndNamesWhatIsMissing()
    {
        var run = InferRun.Of("devices", "-f", "json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.StartsWith("works", json.RootElement.GetProperty("cpu").GetString());
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", json.RootElement.GetProperty("cuda:0").GetString());
        Assert.Contains("Microsoft.ML.OnnxRuntime.EP.WebGpu", json.RootElement.GetProperty("webgpu:0").GetString());
        Assert.Contains("CPUExecutionProvider", json.RootElement.GetProperty("providers_built_in").GetString());
    }

    [Fact]
    public void Devices_WithABadLibrary_NamesIt()
    {
        var run = InferRun.Of("devices", "-f", "json", "--provider-library", "webgpu=/nowhere.so");
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("'/nowhere.so' does not exist", json.RootElement.GetProperty("webgpu:0").GetString());
    }

    [Fact]
    public void Devices_Measured_HasARateForEachBatchAndSaysWhatAutoTakes()
    {
        var run = InferRun.Of("devices", "--measure", "-f", "json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.All((int[])[1, 16, 256, 4096], batch =>
            Assert.True(json.RootElement.GetProperty($"cpu_images_per_second_by_{batch}").GetDouble() > 0));
        Assert.Equal("cpu", json.RootElement.GetProperty("better_for_a_single_image").GetString());
        Assert.Equal("cpu", json.RootElement.GetProperty("better_for_a_folder").GetString());
        Assert.Equal("cpu (CPUExecutionProvider)", json.RootElement.GetProperty("auto_takes").GetString());
    }
}
