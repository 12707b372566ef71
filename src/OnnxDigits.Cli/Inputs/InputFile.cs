namespace OnnxDigits.Cli.Inputs;

/// <summary>Represents a file to classify.</summary>
/// <param name="Path">The path that the row shows, or <see cref="StandardInput"/>.</param>
/// <param name="Problem">The reason why the file cannot be read, if it is known already.</param>
internal sealed record InputFile(string Path, string? Problem = null)
{
    public const string StandardInput = "-";

    /// <summary>Gets the label: the name of the parent folder if it is a digit, otherwise <c>null</c>.</summary>
    public int? Label { get; } = LabelOf(Path);

    private static int? LabelOf(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path.AsSpan())) is [>= '0' and <= '9' and var digit]
            ? digit - '0'
            : null;
}

/// <summary>Represents the files of a run.</summary>
/// <param name="Files">The files in the order of the rows.</param>
/// <param name="Count">The number of files, or <c>null</c> for a list that is read during the run.</param>
/// <param name="Skipped">The files of folders that are not pictures.</param>
internal sealed record InputSet(IEnumerable<InputFile> Files, int? Count, SkippedFiles Skipped)
{
    /// <summary>Gets a function that indicates whether the next file of a list is not known yet.</summary>
    public Func<bool> IsWaiting { get; init; } = () => false;
}
