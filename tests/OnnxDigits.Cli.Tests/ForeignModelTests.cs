using System.Text.Json;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Tests;

public sealed class ForeignModelTests : IDisposable
{
    private readonly DigitFolder _folder = DigitFolder.WithDigits(3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AllowForeignModel_ChangedModel_IsTakenOnPurposeOnly()
    {
        string model = _folder.Write("changed.onnx", ChangedConv());

        InferRun.Of(_folder.Path, "--model", model)
            .AssertRefused(ExitCode.Model, "'changed.onnx' is damaged or was changed");

        var run = InferRun.Of("info", "--model", model, "--allow-foreign-model");
        Assert.Equal(ExitCode.Success, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.StartsWith("foreign: it is damaged", json.RootElement.GetProperty("foreign_notice").GetString());
        var evaluation = InferRun.Of("evaluate", "--data", "generated", "--model", model, "--allow-foreign-model");
        Assert.Equal(ExitCode.Success, evaluation.Code);
        var rows = InferRun.Of(_folder.Path, "-f", "csv", "--model", model, "--allow-foreign-model");
        Assert.EndsWith(",changed.onnx,,1", rows.Lines[1]);
    }

    private static byte[] ChangedConv()
    {
        using var resource = typeof(DigitClassifier).Assembly.GetManifestResourceStream("conv.onnx")!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        bytes[200_000] ^= 1; // The lowest bit of a weight.
        return bytes;
    }
}
