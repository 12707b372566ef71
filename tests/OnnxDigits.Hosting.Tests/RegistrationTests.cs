using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting.Tests;

public class RegistrationTests
{
    [Fact]
    public void AddDigitClassifier_Defaults_OpensTheBestNetworkOnce()
    {
        using var provider = Services(services => services.AddDigitClassifier());
        var classifier = provider.GetRequiredService<DigitClassifier>();
        Assert.Equal("best.onnx", classifier.Info.Name);
        Assert.Same(classifier, provider.GetRequiredService<DigitClassifier>());
    }

    [Fact]
    public void AddDigitClassifier_Options_ReachTheClassifier()
    {
        using var provider = Services(services => services.AddDigitClassifier(options =>
        {
            options.Model = EmbeddedModel.Dense;
            options.Device = "cpu";
            options.ConfidenceThreshold = 1;
        }));
        var classifier = provider.GetRequiredService<DigitClassifier>();
        Assert.Equal("dense.onnx", classifier.Info.Name);
        Assert.Null(classifier.Info.DeviceNotice);
        Assert.Equal(PredictionStatus.Uncertain, classifier.Classify(Digits.Bar()).Status);
    }

    [Fact]
    public void AddDigitClassifier_ForeignModelAllowed_OpensAChangedFile()
    {
        using var model = TemporaryModel.Create();
        byte[] file = File.ReadAllBytes(model.Path);
        // The lowest bit of a weight.
        file[file.Length / 2] ^= 1;
        File.WriteAllBytes(model.Path, file);

        using var strict = Services(services => services.AddDigitClassifier(options => options.ModelPath = model.Path));
        Assert.Throws<DigitModelException>(strict.GetRequiredService<DigitClassifier>);
        using var lenient = Services(services => services.AddDigitClassifier(options =>
        {
            options.ModelPath = model.Path;
            options.AllowForeignModel = true;
        }));
        Assert.NotNull(lenient.GetRequiredService<DigitClassifier>().Info.ForeignNotice);
    }

    [Fact]
    public void AddDigitClassifier_Twice_AppliesBoth()
    {
        using var provider = Services(services =>
        {
            services.AddDigitClassifier(options => options.Model = EmbeddedModel.Dense);
            services.AddDigitClassifier(options => options.Device = "cpu");
        });
        var classifier = Assert.Single(provider.GetServices<DigitClassifier>());
        Assert.Equal(("dense.onnx", "cpu"), (classifier.Info.Name, classifier.Info.Device));
    }

    [Fact]
    public void AddKeyedDigitClassifier_TwoKeys_GivesEachItsModel()
    {
        using var provider = Services(services =>
        {
            services.AddKeyedDigitClassifier("fast", options => options.Model = EmbeddedModel.Dense);
            services.AddKeyedDigitClassifier("good", _ => { });
            services.AddSingleton<Readers>();
        });
        var readers = provider.GetRequiredService<Readers>();
        Assert.Equal("dense.onnx", readers.Fast.Info.Name);
        Assert.Equal("best.onnx", readers.Good.Info.Name);
        Assert.Null(provider.GetService<DigitClassifier>());
    }

    [Fact]
    public void AddDigitClassifier_Configuration_IsBound()
    {
        using var model = TemporaryModel.Create();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Digits:ModelPath"] = model.Path,
            ["Digits:Device"] = "cpu",
            ["Digits:IntraOpThreads"] = "2",
            ["Digits:ConfidenceThreshold"] = "0.75",
            ["Digits:ProviderLibraries:webgpu"] = "/opt/webgpu.so",
        }).Build();
        using var provider = Services(services =>
        {
            services.AddDigitClassifier(configuration.GetSection("Digits"));
        });
        Assert.Equal(Path.GetFileName(model.Path), provider.GetRequiredService<DigitClassifier>().Info.Name);
    }

    [Fact]
    public void Dispose_OfTheContainer_DisposesTheClassifiers()
    {
        var provider = Services(services =>
        {
            services.AddDigitClassifier();
            services.AddKeyedDigitClassifier("fast", options => options.Model = EmbeddedModel.Dense);
        });
        var classifiers = new[]
        {
            provider.GetRequiredService<DigitClassifier>(),
            provider.GetRequiredKeyedService<DigitClassifier>("fast"),
        };
        provider.Dispose();
        Assert.All(classifiers, classifier =>
            Assert.Throws<ObjectDisposedException>(() => classifier.Classify(Digits.Bar())));
    }

    [Fact]
    public void AddKeyedDigitClassifier_EmptyKey_Throws() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddKeyedDigitClassifier("", _ => { }));

    private static ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    private sealed record Readers(
        [FromKeyedServices("fast")] DigitClassifier Fast,
        [FromKeyedServices("good")] DigitClassifier Good);
}
