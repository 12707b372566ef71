using System.Diagnostics.CodeAnalysis;

namespace TorchOnnx;

/// <summary>
/// The exception that is thrown when a module cannot be exported or when its graph fails verification.
/// </summary>
public sealed class OnnxExportException : Exception
{
    /// <summary>Initializes an exception for a module that cannot be exported.</summary>
    /// <param name="problems">The problems in the order of the forward pass; at least one.</param>
    public OnnxExportException(IReadOnlyList<OnnxExportProblem> problems) : this(problems, null) { }

    internal OnnxExportException(IReadOnlyList<OnnxExportProblem> problems, VerificationReport? report)
        : base(Describe(problems), problems.Select(problem => problem.Exception).FirstOrDefault(e => e is not null)) =>
        (Problems, Report) = (problems, report);

    /// <summary>Gets the problems in the order of the forward pass; at least one.</summary>
    public IReadOnlyList<OnnxExportProblem> Problems { get; }

    /// <summary>
    /// Gets the report of the failed verification, or <see langword="null"/> if the graph could not be built.
    /// </summary>
    public VerificationReport? Report { get; }

    private static string Describe(IReadOnlyList<OnnxExportProblem> problems) => problems.Count == 1
        ? $"The module cannot be exported: {problems[0]}"
        : $"The module cannot be exported for {problems.Count} reasons:"
            + string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"));
}

/// <summary>Represents one reason why a module cannot be exported.</summary>
public sealed record OnnxExportProblem
{
    /// <summary>Initializes a problem.</summary>
    public OnnxExportProblem() { }

    [SetsRequiredMembers]
    internal OnnxExportProblem(
        string modulePath, string moduleType, string reason, string remedy, SourceLine? line = null) =>
        (ModulePath, ModuleType, Reason, Remedy, Line) = (modulePath, moduleType, reason, remedy, line);

    /// <summary>
    /// Gets the path of the module as in its state_dict, such as "layer1.0"; empty for the root module.
    /// </summary>
    public required string ModulePath { get; init; }

    /// <summary>Gets the full name of the module's type.</summary>
    public required string ModuleType { get; init; }

    /// <summary>Gets the reason, as one sentence without its full stop.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the remedy, as one sentence without its full stop.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets the line of user code that made the call, or <see langword="null"/> if it is unknown.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>Gets the exception that a converter threw, or <see langword="null"/>.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Returns the path, type, line, reason and remedy on one line.</summary>
    public override string ToString() =>
        $"{(ModulePath.Length == 0 ? "(root)" : ModulePath)} ({ModuleType}{(Line is null ? "" : $"; {Line}")}): "
            + $"{Reason}. {Remedy}.";
}

/// <summary>Represents a line of source code.</summary>
public sealed record SourceLine
{
    /// <summary>Gets the type and name of the method that contains the line, such as "Net.forward".</summary>
    public required string Method { get; init; }

    /// <summary>Gets the path of the source file, or <see langword="null"/> without debug symbols.</summary>
    public string? File { get; init; }

    /// <summary>Gets the one-based line number, or 0 without debug symbols.</summary>
    public int Line { get; init; }

    /// <summary>Returns the method, the file name and the line, such as "Net.forward, Net.cs:42".</summary>
    public override string ToString() => File is null
        ? $"{Method}, no debug symbols"
        : $"{Method}, {Path.GetFileName(File.Replace('\\', '/'))}:{Line}";
}
