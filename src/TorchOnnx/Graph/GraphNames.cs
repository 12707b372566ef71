using TorchOnnx.Tracing;

namespace TorchOnnx.Graph;

/// <summary>The names of a graph's inputs and outputs, one per tensor.</summary>
internal sealed record GraphNames(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <exception cref="ArgumentException">The options give another number of names, or one twice.</exception>
    public static GraphNames Of(OnnxExportOptions options, Recording recording)
    {
        var names = new GraphNames(
            Choose(options.InputNames, "input", recording.Inputs.Count, nameof(options.InputNames)),
            Choose(options.OutputNames, "output", recording.Outputs.Count, nameof(options.OutputNames)));
        var twice = names.Inputs.Concat(names.Outputs).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? names
            : throw new ArgumentException($"Two inputs or outputs cannot both be called '{twice.Key}'.", nameof(options));
    }

    private static IReadOnlyList<string> Choose(IReadOnlyList<string> given, string kind, int count, string option)
    {
        if (given.Count == 0)
            return count == 1 ? [kind] : [.. Enumerable.Range(0, count).Select(index => $"{kind}_{index}")];
        return given.Count == count && given.All(name => name.Length > 0)
            ? given
            : throw new ArgumentException(
                $"The module has {count} {kind}{(count == 1 ? "" : "s")}, but {given.Count} names were given or one is empty.", option);
    }
}
