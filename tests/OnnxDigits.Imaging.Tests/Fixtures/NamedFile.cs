namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Represents a bad file and the parts of its error message.</summary>
internal sealed record NamedFile(string Name, Func<byte[]> Create, params string[] Message);
