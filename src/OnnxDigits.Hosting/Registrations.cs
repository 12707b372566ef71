namespace OnnxDigits.Hosting;

/// <summary>
/// The registered classifiers: the path of the configuration section, if any, by the name of the options.
/// </summary>
internal sealed class Registrations
{
    public Dictionary<string, string?> Sections { get; } = new(StringComparer.Ordinal);
}
