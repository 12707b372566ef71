using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>Computes the output size of convolution and pooling over [N, channels, …].</summary>
internal static class WindowSizes
{
    /// <param name="node">The node. OnnxDigits writes explicit padding, so auto_pad is refused.</param>
    /// <param name="input">The size of its input.</param>
    /// <param name="channels">The channels of its output.</param>
    /// <param name="kernel">The window's height, width and so on.</param>
    /// <exception cref="ModelFaultException">The sizes do not match.</exception>
    public static long[] Of(NodeProto node, long[] input, long channels, long[] kernel)
    {
        int sides = kernel.Length;
        long[] pads = node.GetIntegers("pads", 2 * sides, 0);
        long[] strides = node.GetIntegers("strides", sides, 1);
        long[] dilations = node.GetIntegers("dilations", sides, 1);
        if (sides == 0 || input.Length != sides + 2 || pads.Length != 2 * sides || strides.Length != sides
            || dilations.Length != sides || node.Has("auto_pad")
            || !(AreWithin(pads, 0) && AreWithin(strides, 1) && AreWithin(dilations, 1) && AreWithin(kernel, 1)))
        {
            throw SizeRules.Misfit(node);
        }
        bool ceiling = node.GetInteger("ceil_mode", 0) != 0;
        var result = new long[input.Length];
        (result[0], result[1]) = (input[0], channels);
        for (int side = 0; side < sides; side++)
        {
            long before = input[2 + side] + pads[side];
            long room = before + pads[side + sides] - dilations[side] * (kernel[side] - 1) - 1;
            if (room < 0) throw SizeRules.Misfit(node);
            long steps = room / strides[side];
            // Round up, unless the last window would start beyond the input.
            if (ceiling && room % strides[side] != 0 && (steps + 1) * strides[side] < before) steps++;
            result[2 + side] = steps + 1;
        }
        return result;
    }

    /// <summary>
    /// Indicates whether all numbers are at least <paramref name="least"/> and too small to overflow.
    /// </summary>
    public static bool AreWithin(long[] numbers, long least) =>
        Array.TrueForAll(numbers, number => number >= least && number <= Volume.Most);
}
