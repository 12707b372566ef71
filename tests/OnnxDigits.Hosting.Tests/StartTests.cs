using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting.Tests;

/// <summary>Errors fail the host's start with one sentence.</summary>
public class StartTests
{
    [Fact]
    public async Task Start_GoodOptions_LoadsEveryClassifierAndStops()
    {
        using var model = TemporaryModel.Create();
        using var host = Host(services =>
        {
            services.AddDigitClassifier();
            services.AddKeyedDigitClassifier("file", settings => settings.ModelPath = model.Path);
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        // The file is no longer needed.
        File.Delete(model.Path);
        Assert.NotNull(host.Services.GetRequiredKeyedService<DigitClassifier>("file").Classify(Digits.Bar()).Digit);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_MissingModelFile_NamesIt()
    {
        var error = await StartFails<DigitModelException>(settings => settings.ModelPath = "/nowhere/model.onnx");
        Assert.StartsWith("The model '/nowhere/model.onnx' cannot be read: ", error.Message);
    }

    [Fact]
    public async Task Start_UnavailableDevice_NamesIt()
    {
        var error = await StartFails<DigitDeviceException>(settings => settings.Device = "cuda");
        Assert.StartsWith("The device 'cuda:0' is not available: ", error.Message);
    }

    [Fact]
    public async Task Start_MissingProviderLibrary_NamesIt()
    {
        var error = await StartFails<DigitDeviceException>(settings =>
        {
            settings.Device = "webgpu";
            settings.ProviderLibraries["webgpu"] = "/nowhere/provider.so";
        });
        Assert.StartsWith("The provider library '/nowhere/provider.so' does not exist. ", error.Message);
    }

    [Theory]
    [InlineData("Device", "gpu", "DigitClassifierOptions.Device must be auto, cpu, ")]
    [InlineData("Model", (EmbeddedModel)7, "DigitClassifierOptions.Model must be Best, Conv or Dense, but it is 7.")]
    [InlineData("IntraOpThreads", 0, "DigitClassifierOptions.IntraOpThreads must be from 1 to 1024, but it is 0.")]
    [InlineData("ModelPath", "", "DigitClassifierOptions.ModelPath must name a file, but it is ''.")]
    public async Task Start_OptionOutOfRange_NamesIt(string setting, object value, string sentence)
    {
        var error = await StartFails<OptionsValidationException>(settings =>
            typeof(DigitClassifierOptions).GetProperty(setting)!.SetValue(settings, value));
        Assert.StartsWith(sentence, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Start_KeyedOptionOutOfRange_NamesTheKey()
    {
        using var host = Host(
            services => services.AddKeyedDigitClassifier("fast", settings => settings.IntraOpThreads = 0));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("DigitClassifierOptions 'fast': IntraOpThreads must be from 1 to 1024", error.Message);
    }

    [Fact]
    public async Task Start_ConfiguredValueOutOfRange_NamesSectionAndProperty()
    {
        var error = await StartFails<OptionsValidationException>(("Digits:Fast:BatchSize", "0"));
        Assert.Equal("Digits:Fast:BatchSize must be from 1 to 65536, but it is 0.", error.Message);
    }

    [Theory]
    [InlineData("Digits:Fast:BatchSize", "many")]
    [InlineData("Digits:Fast:Model", "Better")]
    public async Task Start_ConfiguredValueOfTheWrongType_NamesSectionAndProperty(string key, string value)
    {
        var error = await StartFails<InvalidOperationException>((key, value));
        Assert.Contains($"'{key}'", error.Message);
    }

    [Fact]
    public async Task Start_UnknownPropertyConfigured_NamesIt()
    {
        var error = await StartFails<InvalidOperationException>(("Digits:Fast:Divice", "cpu"));
        Assert.Contains("'Divice'", error.Message);
    }

    private static async Task<T> StartFails<T>(params (string Key, string Value)[] settings)
        where T : Exception
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        using var host = Host(
            services => services.AddKeyedDigitClassifier("fast", configuration.GetSection("Digits:Fast")));
        return await Assert.ThrowsAsync<T>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<T> StartFails<T>(Action<DigitClassifierOptions> configure)
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
