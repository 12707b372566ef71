namespace OnnxDigits.Cli.Inputs;

/// <summary>A file to classify, and its label where its folder is named by a digit.</summary>
/// <param name="Path">The path as results show it; <see cref="StandardInput"/> for an image that is piped in.</param>
/// <param name="Problem">Why it cannot be an image, where that is known beforehand; else null.</param>
internal sealed record InputFile(string Path, string? Problem = null)
{
    public const string StandardInput = "-";

    public int? Label { get; } = LabelOf(Path);

    private static int? LabelOf(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path.AsSpan())) is [>= '0' and <= '9' and var digit]
            ? digit - '0'
            : null;
}
