using System.Runtime.InteropServices;
using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>Computes the size of a node's output, for every operator that <see cref="OriginCheck"/> allows.</summary>
/// <param name="sizes">The sizes of the values computed so far.</param>
/// <param name="weights">The initializers, some of which hold shapes and padding.</param>
internal sealed class SizeRules(IReadOnlyDictionary<string, long[]> sizes, IEnumerable<TensorProto> weights)
{
    private readonly Dictionary<string, TensorProto> _weights =
        weights.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <exception cref="ModelFaultException">The sizes of the inputs and attributes do not match.</exception>
    public long[] Of(NodeProto node)
    {
        if (node.Output.Count != 1 || node.Input.Count == 0) throw Misfit(node);
        long[] input = SizeOf(node, 0);
        return node.OpType switch
        {
            "Add" or "Sub" or "Mul" or "Div" => Broadcast(node, input, SizeOf(node, 1)),
            "Conv" => Convolve(node, input, SizeOf(node, 1)),
            "MaxPool" or "AveragePool" =>
                WindowSizes.Of(node, input, input.ElementAtOrDefault(1), node.GetIntegers("kernel_shape")),
            "GlobalAveragePool" => [.. input.Select((size, axis) => axis < 2 ? size : 1)],
            "Gemm" => Multiply(node, Matrix(node, input, "transA"), Matrix(node, SizeOf(node, 1), "transB")),
            "MatMul" => Multiply(node, input, SizeOf(node, 1)),
            "Concat" => Concatenate(node),
            "Flatten" => Flatten(node, input),
            "Reshape" => Reshape(node, input),
            "Transpose" => Transpose(node, input),
            "Pad" => Pad(node, input),
            // The other operators work element by element.
            _ => input,
        };
    }

    public static ModelFaultException Misfit(NodeProto node) =>
        new($"has a node {OnnxText.Of(node)} whose inputs and attributes do not match", Remedy.ExportAgain);

    private long[] SizeOf(NodeProto node, int input) =>
        node.Input.ElementAtOrDefault(input) is { Length: > 0 } name ? sizes[name] : throw Misfit(node);

    private long[] Constant(NodeProto node, int input) =>
        node.Input.ElementAtOrDefault(input) is { } name && _weights.TryGetValue(name, out TensorProto? tensor)
            && tensor.DataType == (int)TensorProto.Types.DataType.Int64 && !tensor.RawData.IsEmpty
            ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray()
            : throw Misfit(node);

    private static long[] Convolve(NodeProto node, long[] input, long[] kernel) => kernel.Length > 2
        ? WindowSizes.Of(node, input, kernel[0], kernel[2..])
        : throw Misfit(node);

    private static long[] Broadcast(NodeProto node, ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        var result = new long[Math.Max(left.Length, right.Length)];
        for (int fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            long a = fromEnd <= left.Length ? left[^fromEnd] : 1;
            long b = fromEnd <= right.Length ? right[^fromEnd] : 1;
            if (a != b && a != 1 && b != 1) throw Misfit(node);
            result[^fromEnd] = a == 1 ? b : a;
        }
        return result;
    }

    private static long[] Matrix(NodeProto node, long[] size, string transposed) =>
        size.Length != 2 ? throw Misfit(node)
        : node.GetInteger(transposed, 0) == 0 ? size
        : [size[1], size[0]];

    private static long[] Multiply(NodeProto node, long[] left, long[] right) =>
        left.Length >= 2 && right.Length >= 2 && left[^1] == right[^2]
            ? [.. Broadcast(node, left.AsSpan(..^2), right.AsSpan(..^2)), left[^2], right[^1]]
            : throw Misfit(node);

    private long[] Concatenate(NodeProto node)
    {
        long[] result = [.. SizeOf(node, 0)];
        int axis = Axis(node, result.Length, defaultAxis: long.MinValue / 2);
        for (int input = 1; input < node.Input.Count; input++)
        {
            long[] next = SizeOf(node, input);
            if (next.Length != result.Length || next.Where((size, n) => n != axis && size != result[n]).Any())
            {
                throw Misfit(node);
            }
            result[axis] += next[axis];
        }
        return result;
    }

    private static long[] Flatten(NodeProto node, long[] input)
    {
        int axis = Axis(node, input.Length, defaultAxis: 1);
        // If a size is 0, the product does not limit the other sizes, so each part is checked.
        return [Volume.Of(input[..axis]) ?? throw Misfit(node), Volume.Of(input[axis..]) ?? throw Misfit(node)];
    }

    private long[] Reshape(NodeProto node, long[] input)
    {
        // 0 keeps the input's size, and −1 takes the remaining values.
        long[] target = [.. Constant(node, 1).Select((size, n) => size == 0 ? input.ElementAtOrDefault(n) : size)];
        long known = Volume.Of(target.Where(size => size != -1)) ?? 0;
        long all = Volume.Of(input)!.Value;
        if (known < 1 || all % known != 0 || node.GetInteger("allowzero", 0) != 0 || target.Count(size => size < 1) > 1)
        {
            throw Misfit(node);
        }
        target = [.. target.Select(size => size == -1 ? all / known : size)];
        return Volume.Of(target) == all ? target : throw Misfit(node);
    }

    private static long[] Transpose(NodeProto node, long[] input)
    {
        long[] order = node.GetIntegers("perm");
        return order.Order().SequenceEqual(Enumerable.Range(0, input.Length).Select(n => (long)n))
            ? [.. order.Select(axis => input[axis])]
            : throw Misfit(node);
    }

    private long[] Pad(NodeProto node, long[] input)
    {
        long[] pads = Constant(node, 1);
        // A fourth input would name the axes.
        if (pads.Length != 2 * input.Length || node.Input.Count > 3 || !WindowSizes.AreWithin(pads, -Volume.Most))
        {
            throw Misfit(node);
        }
        long[] result = [.. input.Select((size, axis) => size + pads[axis] + pads[axis + input.Length])];
        return Array.TrueForAll(result, size => size > 0) ? result : throw Misfit(node);
    }

    private static int Axis(NodeProto node, int rank, long defaultAxis)
    {
        long axis = node.GetInteger("axis", defaultAxis);
        axis += axis < 0 ? rank : 0;
        return axis >= 0 && axis < rank ? (int)axis : throw Misfit(node);
    }
}
