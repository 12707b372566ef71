using System.Text;

namespace OnnxDigits.Inference.Tests;

public class ModelFileTests
{
    [Fact]
    public void Load_TinyModel_ReportsItsMetadata()
    {
        using var classifier = DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });

        var info = classifier.Info;
        Assert.Equal("dense", info.Network);
        Assert.Equal("generated", info.DataSet);
        Assert.Equal("abc123", info.DataSetSha256);
        Assert.Equal("7", info.Seed);
        Assert.Equal(0.1234, info.TestAccuracy);
        Assert.Equal("9.8.7", info.Version);
        Assert.Equal((8, 17), (info.IrVersion, info.OpsetVersion));
        Assert.Equal(("cpu", "CPUExecutionProvider"), (info.Device, info.Provider));
        Assert.Null(info.DeviceNotice);
    }

    [Fact]
    public void Load_PathStreamAndBytes_GiveTheSameModel()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "tiny.onnx");
        File.WriteAllBytes(path, new TinyModel().Encode());

        using var fromPath = DigitClassifier.Load(path);
        using var stream = File.OpenRead(path);
        using var fromStream = DigitClassifier.Load(stream);
        using var fromBytes = DigitClassifier.Load(File.ReadAllBytes(path));

        Assert.Equal("tiny.onnx", fromPath.Info.Name);
        Assert.Equal(fromPath.Info, fromStream.Info);
        Assert.Equal(fromPath.Info with { Name = "bytes" }, fromBytes.Info);
    }

    [Theory]
    [InlineData("This is a text file, not a model.")]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    [InlineData("{\"ir_version\": 8}")]
    [InlineData("\b\b")]
    public void Load_NotOnnx_SaysSo(string content) =>
        AssertRefused(Encoding.Latin1.GetBytes(content), "is not an ONNX file");

    [Fact]
    public void Load_EmptyFile_SaysSo() => AssertRefused([], "is empty");

    [Fact]
    public void Load_CutAnywhere_IsRefused()
    {
        byte[] whole = new TinyModel().Encode();
        for (int tenth = 1; tenth < 10; tenth++) AssertRefused(whole[..(whole.Length * tenth / 10)], "is truncated");
    }

    [Theory]
    [InlineData("onnxdigits.network")]
    [InlineData("onnxdigits.preprocessing")]
    [InlineData("onnxdigits.dataset_sha256")]
    public void Load_MissingMetadata_NamesTheKey(string key)
    {
        var metadata = TinyModel.DefaultMetadata.Where(entry => entry.Key != key).ToDictionary();
        AssertRefused(new TinyModel { Metadata = metadata }.Encode(), $"has no metadata '{key}'");
    }

    [Fact]
    public void Load_OtherPreprocessing_NamesBoth()
    {
        var metadata = new Dictionary<string, string>(TinyModel.DefaultMetadata)
        {
            ["onnxdigits.preprocessing"] = "someone-v9",
        };
        AssertRefused(new TinyModel { Metadata = metadata }.Encode(), "'someone-v9'", $"'{DigitPreprocessing.Id}'");
    }

    [Fact]
    public void Load_OtherNames_NamesBoth()
    {
        AssertRefused(new TinyModel { InputName = "x" }.Encode(), "'x' float32 [N, 1, 28, 28]", "'input'");
        AssertRefused(
            new TinyModel { OutputName = "logits2" }.Encode(), "'logits2' float32 [N, 10]", "'probabilities'");
    }

    [Theory]
    [InlineData(-1, 1, 32, 32)]
    [InlineData(-1, 784)]
    [InlineData(1, 1, 28, 28)]
    [InlineData(-1, 3, 28, 28)]
    public void Load_OtherShape_NamesBoth(params int[] shape)
    {
        var model = new TinyModel { InputShape = [.. shape.Select(size => (long)size)] };
        string found = string.Join(", ", shape.Select(size => size < 0 ? "N" : size.ToString()));
        AssertRefused(model.Encode(), $"[{found}]", "[N, 1, 28, 28]");
    }

    [Fact]
    public void Load_OtherType_NamesBoth() =>
        AssertRefused(new TinyModel { ElementType = 11 }.Encode(), "float64 [N, 1, 28, 28]", "float32 [N, 1, 28, 28]");

    [Fact]
    public void Load_RefusedByTheRuntime_IsAModelError()
    {
        var model = new TinyModel { Nodes = [OnnxParts.Node("Relu", ["flat", "W"], ["relu"])], Factor = "relu" };
        AssertRefused(model.Encode(), "ONNX Runtime refuses the model");
    }

    private static void AssertRefused(byte[] model, params string[] parts)
    {
        var error = Assert.Throws<DigitModelException>(() => DigitClassifier.Load(model));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.DoesNotContain('\n', error.Message);
    }
}
