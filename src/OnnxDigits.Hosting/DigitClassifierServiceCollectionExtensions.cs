using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OnnxDigits.Hosting;
using OnnxDigits.Inference;

// Where the methods are found without a using of their own.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="DigitClassifier"/>s as services.</summary>
public static class DigitClassifierServiceCollectionExtensions
{
    /// <summary>
    /// Registers the one <see cref="DigitClassifier"/> of the application: a singleton that the host loads when it
    /// starts and that the container disposes of. A second call adds to the settings of the first.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the settings; null leaves the defaults: the embedded network <see cref="EmbeddedModel.Best"/>.</param>
    /// <returns>The settings, to be bound to configuration: <c>.BindConfiguration("Digits")</c>.</returns>
    /// <remarks>
    /// The start fails with an <see cref="OptionsValidationException"/> when a setting is out of range, with a
    /// <see cref="DigitModelException"/> when the model is not there or is none of ours, and with a
    /// <see cref="DigitDeviceException"/> when the device is not there. Without a host, the first resolution does.
    /// </remarks>
    public static OptionsBuilder<DigitClassifierSettings> AddDigitClassifier(
        this IServiceCollection services, Action<DigitClassifierSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => ClassifierFactory.Create(provider, Options.Options.DefaultName));
        return AddSettings(services, Options.Options.DefaultName, configure);
    }

    /// <summary>
    /// Registers one <see cref="DigitClassifier"/> of several under a key, injected by
    /// <c>[FromKeyedServices("name")]</c>; else like the one without a key.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The key, and the name of the settings; not empty.</param>
    /// <param name="configure">Sets the settings; null leaves the defaults: the embedded network <see cref="EmbeddedModel.Best"/>.</param>
    /// <returns>The settings, to be bound to configuration: <c>.BindConfiguration("Digits:Dense")</c>.</returns>
    /// <inheritdoc cref="AddDigitClassifier(IServiceCollection, Action{DigitClassifierSettings}?)" path="/remarks"/>
    public static OptionsBuilder<DigitClassifierSettings> AddDigitClassifier(
        this IServiceCollection services, string name, Action<DigitClassifierSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.TryAddKeyedSingleton(name, (provider, _) => ClassifierFactory.Create(provider, name));
        return AddSettings(services, name, configure);
    }

    private static OptionsBuilder<DigitClassifierSettings> AddSettings(
        IServiceCollection services, string name, Action<DigitClassifierSettings>? configure)
    {
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DigitClassifierSettings>, SettingsValidation>());
        services.Configure<LoadAtStartOptions>(load => load.Names.Add(name));
        services.AddHostedService<LoadAtStart>();
        var settings = services.AddOptionsWithValidateOnStart<DigitClassifierSettings>(name);
        return configure is null ? settings : settings.Configure(configure);
    }
}
