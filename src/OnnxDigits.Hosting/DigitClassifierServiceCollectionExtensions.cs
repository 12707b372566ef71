using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OnnxDigits.Hosting;
using OnnxDigits.Inference;

// The namespace of the Add methods of other libraries.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register <see cref="DigitClassifier"/> as a service.</summary>
/// <example>
/// <code>
/// builder.Services.AddDigitClassifier(builder.Configuration.GetSection("Digits"));
/// </code>
/// </example>
public static class DigitClassifierServiceCollectionExtensions
{
    /// <summary>Registers a singleton <see cref="DigitClassifier"/> with the default options.</summary>
    /// <inheritdoc cref="AddDigitClassifier(IServiceCollection, IConfigurationSection)"/>
    public static OptionsBuilder<DigitClassifierOptions> AddDigitClassifier(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => Create(provider, Options.Options.DefaultName));
        return AddOptions(services, Options.Options.DefaultName);
    }

    /// <summary>Registers a singleton <see cref="DigitClassifier"/> with options set in code.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <inheritdoc cref="AddDigitClassifier(IServiceCollection, IConfigurationSection)"/>
    public static OptionsBuilder<DigitClassifierOptions> AddDigitClassifier(
        this IServiceCollection services, Action<DigitClassifierOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddDigitClassifier().Configure(configure);
    }

    /// <summary>
    /// Registers a singleton <see cref="DigitClassifier"/> with options from configuration. The host opens it at start,
    /// and the container disposes it.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section with the properties of <see cref="DigitClassifierOptions"/>.</param>
    /// <returns>The options builder, for further settings.</returns>
    /// <remarks>
    /// Starting the host throws an <see cref="OptionsValidationException"/> if a value is out of range, an
    /// <see cref="InvalidOperationException"/> if a name in the section is unknown or its value has the wrong type, a
    /// <see cref="DigitModelException"/> if the model cannot be used, and a <see cref="DigitDeviceException"/> if the
    /// device is not available. Without a host, resolving the classifier throws these exceptions.
    /// </remarks>
    public static OptionsBuilder<DigitClassifierOptions> AddDigitClassifier(
        this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Bind(services.AddDigitClassifier(), section);
    }

    /// <summary>
    /// Registers one of several classifiers as a keyed singleton with options set in code. Inject it with
    /// <c>[FromKeyedServices("key")]</c>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="key">The key of the service and the name of its options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <inheritdoc cref="AddDigitClassifier(IServiceCollection, IConfigurationSection)"/>
    public static OptionsBuilder<DigitClassifierOptions> AddKeyedDigitClassifier(
        this IServiceCollection services, string key, Action<DigitClassifierOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddKeyed(services, key).Configure(configure);
    }

    /// <summary>
    /// Registers one of several classifiers as a keyed singleton with options from configuration. Inject it with
    /// <c>[FromKeyedServices("key")]</c>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="key">The key of the service and the name of its options.</param>
    /// <param name="section">The section with the properties of <see cref="DigitClassifierOptions"/>.</param>
    /// <inheritdoc cref="AddDigitClassifier(IServiceCollection, IConfigurationSection)"/>
    public static OptionsBuilder<DigitClassifierOptions> AddKeyedDigitClassifier(
        this IServiceCollection services, string key, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Bind(AddKeyed(services, key), section);
    }

    private static OptionsBuilder<DigitClassifierOptions> AddKeyed(IServiceCollection services, string key)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(key);
        services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, key));
        return AddOptions(services, key);
    }

    private static OptionsBuilder<DigitClassifierOptions> AddOptions(IServiceCollection services, string name)
    {
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DigitClassifierOptions>, OptionsValidation>());
        services.Configure<Registrations>(registrations => registrations.Sections.TryAdd(name, null));
        services.AddHostedService<LoadAtStart>();
        return services.AddOptionsWithValidateOnStart<DigitClassifierOptions>(name);
    }

    private static OptionsBuilder<DigitClassifierOptions> Bind(
        OptionsBuilder<DigitClassifierOptions> builder, IConfigurationSection section)
    {
        builder.Services.Configure<Registrations>(registrations => registrations.Sections[builder.Name] = section.Path);
        return builder.Bind(section, binder => binder.ErrorOnUnknownConfiguration = true);
    }

    private static DigitClassifier Create(IServiceProvider provider, string name) =>
        new(provider.GetRequiredService<IOptionsMonitor<DigitClassifierOptions>>().Get(name));
}
