namespace OnnxDigits.Cli.Inputs;

/// <summary>What a run reads: found beforehand and counted, or a list that is read while it runs.</summary>
/// <param name="Files">The files in the order of the rows.</param>
/// <param name="Count">How many there are; null for a list that is being read.</param>
/// <param name="WidestPath">The length of the longest path; null for a list that is being read.</param>
internal sealed record InputSet(IEnumerable<InputFile> Files, int? Count, int? WidestPath)
{
    public static InputSet Of(IReadOnlyCollection<InputFile> files) =>
        new(files, files.Count, files.Select(file => file.Path.Length).DefaultIfEmpty().Max());
}
