using TorchOnnx.Tracing;

namespace TorchOnnx.Graph;

/// <summary>Contains the names of a graph's inputs and outputs, one for each tensor.</summary>
internal sealed record GraphNames(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <exception cref="ArgumentException">The number of names doesn't match, or a name occurs twice.</exception>
    public static GraphNames Of(OnnxExportOptions options, Recording recording)
    {
        var names = new GraphNames(
            Choose(options.InputNames, "input", recording.Inputs.Count, nameof(options.InputNames)),
            // A forward pass that was refused may have returned nothing.
            recording.Outputs.Count == 0
                ? []
                : Choose(options.OutputNames, "output", recording.Outputs.Count, nameof(options.OutputNames)));
        var twice = names.Inputs.Concat(names.Outputs).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? names
            : throw new ArgumentException(
                $"The name '{twice.Key}' occurs twice among the inputs and outputs. Give each a different name.",
                nameof(options));
    }

    /// <summary>Returns the names of several tensors, such as "input_0", or of one, such as "input".</summary>
    public static IReadOnlyList<string> Defaults(string kind, int count) =>
        count == 1 ? [kind] : [.. Enumerable.Range(0, count).Select(index => $"{kind}_{index}")];

    private static IReadOnlyList<string> Choose(IReadOnlyList<string> given, string kind, int count, string option)
    {
        if (given.Count == 0) return Defaults(kind, count);
        return given.Count == count && !given.Any(string.IsNullOrEmpty)
            ? given
            : throw new ArgumentException(
                $"{option} needs {count} non-empty name{(count == 1 ? "" : "s")}, one for each {kind} tensor, "
                    + $"and has {given.Count}.", option);
    }
}
