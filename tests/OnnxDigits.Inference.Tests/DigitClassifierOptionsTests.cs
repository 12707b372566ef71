using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Inference.Tests;

public class DigitClassifierOptionsTests
{
    public static TheoryData<DigitClassifierOptions, string> OutOfRange => new()
    {
        { new() { Model = (EmbeddedModel)3 }, "Model must be Best, Conv or Dense, but it is 3." },
        { new() { ModelPath = "" }, "ModelPath must name a file, but it is ''." },
        {
            new() { Device = "gpu" },
            "Device must be auto, cpu, cuda, cuda:N, webgpu or webgpu:N, with N from 0, but it is 'gpu'."
        },
        {
            new() { Device = null! },
            "Device must be auto, cpu, cuda, cuda:N, webgpu or webgpu:N, with N from 0, but it is null."
        },
        {
            new() { ProviderLibraries = { ["cpu"] = "x" } },
            "ProviderLibraries must give a path for cuda or webgpu, but it is 'cpu=x'."
        },
        {
            new() { ProviderLibraries = { ["cuda"] = "" } },
            "ProviderLibraries must give a path for cuda or webgpu, but it is 'cuda='."
        },
        { new() { BatchSize = 0 }, "BatchSize must be from 1 to 65536, but it is 0." },
        { new() { BatchSize = 65_537 }, "BatchSize must be from 1 to 65536, but it is 65537." },
        { new() { IntraOpThreads = 0 }, "IntraOpThreads must be from 1 to 1024, but it is 0." },
        { new() { IntraOpThreads = 1025 }, "IntraOpThreads must be from 1 to 1024, but it is 1025." },
        { new() { ConfidenceThreshold = 1.5f }, "ConfidenceThreshold must be from 0 to 1, but it is 1.5." },
        { new() { ConfidenceThreshold = float.NaN }, "ConfidenceThreshold must be from 0 to 1, but it is NaN." },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void NewClassifier_OptionOutOfRange_NamesItAndItsValue(DigitClassifierOptions options, string message)
    {
        var error = Assert.Throws<ValidationException>(() => new DigitClassifier(options));
        Assert.Equal(message, error.Message);
        Assert.StartsWith(Assert.Single(error.ValidationResult.MemberNames), message);
        Assert.Throws<ValidationException>(() => DigitClassifier.Load(new TinyModel().Encode(), options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cpu:0")]
    [InlineData("auto:0")]
    [InlineData("WebGPU")]
    [InlineData("webgpu:")]
    [InlineData("webgpu:-1")]
    [InlineData("webgpu:1:2")]
    [InlineData("cuda:99999999999")]
    public void Validate_UnknownDevice_Throws(string device) =>
        Assert.Throws<ValidationException>(new DigitClassifierOptions { Device = device }.Validate);

    [Theory]
    [InlineData("CUDA")]
    [InlineData("cuda:0")]
    [InlineData("")]
    public void Validate_LibraryOfUnknownDevice_Throws(string device) =>
        Assert.Throws<ValidationException>(
            new DigitClassifierOptions { ProviderLibraries = { [device] = "path" } }.Validate);

    [Fact]
    public void NewClassifier_ModelPath_TakesPrecedenceOverTheEmbeddedModel()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "from-options.onnx");
        File.WriteAllBytes(path, new TinyModel().Encode());
        using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Dense, ModelPath = path });
        File.Delete(path);
        Assert.Equal("from-options.onnx", classifier.Info.Name);
    }

    [Fact]
    public void NewClassifier_NullOptions_NamesThem()
    {
        Assert.Throws<ArgumentNullException>("options", () => new DigitClassifier(null!));
        Assert.Throws<ArgumentNullException>("options", () => DigitClassifier.Load("model.onnx", null!));
        Assert.Throws<ArgumentNullException>("options", () => DigitClassifier.Load([], null!));
    }

    [Fact]
    public void NewClassifier_OptionsChangedLater_DoNotReachIt()
    {
        var options = new DigitClassifierOptions { Model = EmbeddedModel.Dense, ConfidenceThreshold = 0 };
        using var classifier = new DigitClassifier(options);
        options.ConfidenceThreshold = 1;
        byte[] noise = new byte[DigitClassifier.ImageLength];
        new Random(1).NextBytes(noise);
        var predictions = new DigitPrediction[1];
        classifier.ClassifyPrepared(noise, predictions);
        Assert.Equal(PredictionStatus.Ok, predictions[0].Status);
    }
}
