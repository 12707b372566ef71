namespace TorchOnnx;

/// <summary>A line of source code.</summary>
/// <param name="Method">The method that it is in: type and name, as in "Net.forward".</param>
/// <param name="File">The source file, as the debug symbols name it; null where there are none.</param>
/// <param name="Line">The line from 1 on; 0 where there are no debug symbols.</param>
public sealed record SourceLine(string Method, string? File, int Line)
{
    /// <summary>Method, file without its folder, and line: "Net.forward, Net.cs:42".</summary>
    public override string ToString() => File is null
        ? $"{Method}, no debug symbols"
        : $"{Method}, {Path.GetFileName(File.Replace('\\', '/'))}:{Line}";
}
