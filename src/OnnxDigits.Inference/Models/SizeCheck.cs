using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Models.Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// Follows the sizes of all values from the images to the output, for the largest batch that the CPU runs: nothing may grow
/// past a limit, as broadcasting, padding and concatenation can, and what comes out must be what is declared.
/// </summary>
internal static class SizeCheck
{
    /// <exception cref="ModelFaultException">A node's sizes do not fit or are too large.</exception>
    public static void Check(OnnxGraph graph)
    {
        long batch = BatchLimit.OfCpu;
        var sizes = graph.Initializers.ToDictionary(
            tensor => tensor.Name, tensor => tensor.Dimensions.ToArray(), StringComparer.Ordinal);
        foreach (var input in graph.Inputs)
            sizes[input.Name] = Sized(input, batch);
        var rules = new SizeRules(sizes, graph.Initializers);
        foreach (var node in graph.Nodes)
        {
            long[] size = rules.Of(node);
            if (Volume.Of(size) is null)
                throw new ModelFaultException(
                    $"has a node {node} that makes more than {Volume.Most:N0} values of {batch} images, "
                    + "which no digit model needs",
                    Remedy.GiveOurs);
            sizes[node.Outputs[0]] = size;
        }
        foreach (var output in graph.Outputs)
        {
            if (!sizes[output.Name].SequenceEqual(Sized(output, batch)))
                throw new ModelFaultException(
                    $"declares the output {output}, but makes [{string.Join(", ", sizes[output.Name])}] "
                    + $"of {batch} images",
                    Remedy.ExportAgain);
        }
    }

    private static long[] Sized(OnnxValue value, long batch) =>
        [.. value.Dimensions!.Select(size => size < 0 ? batch : size)];
}
