namespace OnnxDigits.Hosting;

/// <summary>
/// Holds the registered classifiers: the path of the configuration section, or null without one, by the name of the
/// options.
/// </summary>
internal sealed class Registrations
{
    public Dictionary<string, string?> Sections { get; } = new(StringComparer.Ordinal);
}
