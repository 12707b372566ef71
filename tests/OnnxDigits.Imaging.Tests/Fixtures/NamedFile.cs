namespace OnnxDigits.Imaging.Fixtures;

/// <summary>A bad or odd file, and what a message about it must say.</summary>
internal sealed record NamedFile(string Name, Func<byte[]> Create, params string[] Message);
