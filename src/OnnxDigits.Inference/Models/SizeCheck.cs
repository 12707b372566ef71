using Onnx;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// Computes the sizes of all values from the images to the output, for the largest batch of the CPU. Broadcasting,
/// padding and concatenation must not let a value exceed <see cref="Volume.Most"/>.
/// </summary>
internal static class SizeCheck
{
    /// <exception cref="ModelFaultException">A node's sizes do not match or are too large.</exception>
    public static void Check(GraphProto graph)
    {
        const long Batch = BatchLimit.OfCpu;
        var sizes = graph.Initializer.ToDictionary(
            tensor => tensor.Name, tensor => tensor.Dims.ToArray(), StringComparer.Ordinal);
        foreach (ValueInfoProto input in graph.GetCallerInputs()) sizes[input.Name] = SizeOf(input);
        var rules = new SizeRules(sizes, graph.Initializer);
        foreach (NodeProto node in graph.Node)
        {
            long[] size = rules.Of(node);
            if (Volume.Of(size) is null)
            {
                throw new ModelFaultException(
                    $"has a node {OnnxText.Of(node)} whose output exceeds {Volume.Most:N0} values for {Batch} images",
                    Remedy.UseOurs);
            }
            sizes[node.Output[0]] = size;
        }
        foreach (ValueInfoProto output in graph.Output)
        {
            if (!sizes[output.Name].SequenceEqual(SizeOf(output)))
            {
                throw new ModelFaultException(
                    $"declares the output {OnnxText.Of(output)}, but computes "
                    + $"[{string.Join(", ", sizes[output.Name])}] for {Batch} images",
                    Remedy.ExportAgain);
            }
        }

        static long[] SizeOf(ValueInfoProto value) => [.. value.GetShape()!.Select(size => size < 0 ? Batch : size)];
    }
}
