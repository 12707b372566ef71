namespace OnnxDigits.Hosting;

/// <summary>What <see cref="LoadAtStart"/> loads: the keys, and the empty name for the registration without.</summary>
internal sealed class LoadAtStartOptions
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
}
