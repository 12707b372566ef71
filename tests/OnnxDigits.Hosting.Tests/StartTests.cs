using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting.Tests;

/// <summary>What is wrong must fail the host's start, with one sentence.</summary>
public class StartTests
{
    [Fact]
    public async Task Start_GoodSettings_LoadsEveryClassifierAndStops()
    {
        using var model = TemporaryModel.Create();
        using var host = Host(services =>
        {
            services.AddDigitClassifier();
            services.AddDigitClassifier("file", settings => settings.ModelPath = model.Path);
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        // What is loaded needs its file no more.
        File.Delete(model.Path);
        Assert.NotNull(host.Services.GetRequiredKeyedService<DigitClassifier>("file").Classify(Digits.Bar()).Digit);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_MissingModelFile_FailsAndNamesIt()
    {
        var error = await StartFails<DigitModelException>(settings => settings.ModelPath = "/nowhere/model.onnx");
        Assert.StartsWith("The model '/nowhere/model.onnx' cannot be read: ", error.Message);
    }

    [Fact]
    public async Task Start_DeviceThatIsNotThere_FailsAndSaysWhatIsMissing()
    {
        var error = await StartFails<DigitDeviceException>(settings => settings.Device = "cuda");
        Assert.StartsWith("The device 'cuda:0' is not there: ", error.Message);
    }

    [Fact]
    public async Task Start_ProviderLibraryThatIsNotThere_NamesIt()
    {
        var error = await StartFails<DigitDeviceException>(settings =>
        {
            settings.Device = "webgpu";
            settings.ProviderLibraries["webgpu"] = "/nowhere/provider.so";
        });
        Assert.StartsWith("The provider library '/nowhere/provider.so' is not there: ", error.Message);
    }

    [Theory]
    [InlineData("Device", "gpu", "The digit classifier has a wrong setting: 'gpu' is no device: write ")]
    [InlineData("Model", (EmbeddedModel)7, "The digit classifier has Model = 7: The model is Conv, Dense or Best.")]
    [InlineData("IntraOpThreads", 0, "The digit classifier has IntraOpThreads = 0: Between 1 and 1024 threads.")]
    [InlineData("ConfidenceThreshold", 2f, "The digit classifier has ConfidenceThreshold = 2: Between 0 and 1.")]
    [InlineData("ModelPath", "", "The digit classifier has an empty ModelPath: name a file, or leave it out.")]
    public async Task Start_SettingOutOfRange_FailsWithOneSentence(string setting, object value, string sentence)
    {
        var error = await StartFails<OptionsValidationException>(settings =>
            typeof(DigitClassifierSettings).GetProperty(setting)!.SetValue(settings, value));
        Assert.StartsWith(sentence, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Start_KeyedSettingOutOfRange_NamesTheKey()
    {
        using var host = Host(services => services.AddDigitClassifier("fast", settings => settings.IntraOpThreads = 0));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("The digit classifier 'fast' has IntraOpThreads = 0", error.Message);
    }

    private static async Task<T> StartFails<T>(Action<DigitClassifierSettings> configure)
        where T : Exception
    {
        using var host = Host(services => services.AddDigitClassifier(configure));
        return await Assert.ThrowsAsync<T>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    private static IHost Host(Action<IServiceCollection> add)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(settings: null);
        add(builder.Services);
        return builder.Build();
    }
}
