namespace OnnxDigits.Extensions.DependencyInjection.Internals;

/// <summary>The registrations that <see cref="LoadAtStart"/> loads: their keys, and the empty name for the one without.</summary>
internal sealed class LoadAtStartOptions
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
}
