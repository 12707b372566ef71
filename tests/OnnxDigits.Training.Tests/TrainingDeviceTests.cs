using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Tests;

// The tests use libtorch for the CPU, also on machines with a GPU.
public class TrainingDeviceTests
{
    [Theory]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void Device_CudaWithoutIt_NamesWhatIsMissingAndWritesNothing(string device, string named)
    {
        using var command = new CommandRunner();
        string output = Path.Combine(command.Folder, "runs");
        Assert.Equal(
            ExitCode.Model,
            command.Run("fit", "--network", "dense", "--device", device, "--runs-folder", output));
        string line = Assert.Single(command.Output.ToString().Trim().Split('\n'));
        Assert.Contains($"There is no device '{named}'", line);
        Assert.Contains("-p:TorchCuda=true", line);
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("webgpu")]
    public void Device_Unknown_IsAUsageErrorThatNamesIt(string device)
    {
        using var command = new CommandRunner();
        Assert.Equal(ExitCode.Usage, command.Run("fit", "--device", device));
        Assert.Contains($"not '{device}'", command.Output.ToString());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void Find_WithoutAGpu_IsTheCpu(string device) =>
        Assert.Equal("cpu", TrainingDevice.NameOf(TrainingDevice.Find(device)));
}
