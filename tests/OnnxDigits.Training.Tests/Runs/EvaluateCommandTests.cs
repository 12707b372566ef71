using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Tests.Runs;

[Collection(nameof(ManyRuns))]
public sealed class EvaluateCommandTests(ManyRuns runs) : IDisposable
{
    private readonly CommandRunner _command = new() { OpenData = _ => ManyRuns.Digits };

    public void Dispose() => _command.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("dense.onnx")]
    [InlineData("weights.dat", "--network", "dense")]
    public void Evaluate_RunOrFile_GivesTheReportedAccuracy(string file, params string[] options)
    {
        RunResult result = RunReport.Read(runs.First)!.Result!;
        string name = file.Length == 0 ? Path.GetFileName(runs.First) : Path.Combine(runs.First, file);
        Assert.Equal(0, _command.Run(["evaluate", name, "--runs-folder", runs.Folder, .. options]));
        Assert.Contains(
            $"on 300 test images of generated: accuracy {result.TestAccuracy:F4}, loss {result.TestLoss:F4}.",
            _command.Output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Accuracy, "below --min-accuracy 1.", "dense.onnx", "--min-accuracy", "1")]
    [InlineData(ExitCode.Data, "There is no run, file or shipped network", "nothing.onnx")]
    [InlineData(ExitCode.Data, "doesn't hold the weights of the network 'conv'", "dense.onnx", "--network", "conv")]
    [InlineData(ExitCode.Usage, "There is no network 'weights'", "weights.dat")]
    public void Evaluate_CannotSucceed_SaysWhy(int code, string message, string file, params string[] options)
    {
        Assert.Equal(code, _command.Run(["evaluate", Path.Combine(runs.First, file), .. options]));
        Assert.Contains(message, _command.Output.ToString(), StringComparison.Ordinal);
    }
}
