using OnnxDigits.Inference.Models.Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>The size of what a window makes that moves over [N, channels, …]: a convolution's or a pooling's.</summary>
internal static class WindowSizes
{
    /// <param name="node">The node, whose padding must be in numbers, as OnnxDigits writes it.</param>
    /// <param name="input">The size of its input.</param>
    /// <param name="channels">The channels of its output.</param>
    /// <param name="kernel">The sides of the window.</param>
    /// <exception cref="ModelFaultException">They do not fit.</exception>
    public static long[] Of(OnnxNode node, long[] input, long channels, long[] kernel)
    {
        int sides = kernel.Length;
        long[] pads = node.Integers("pads", 2 * sides, 0);
        long[] strides = node.Integers("strides", sides, 1);
        long[] dilations = node.Integers("dilations", sides, 1);
        if (sides == 0 || input.Length != sides + 2 || pads.Length != 2 * sides || strides.Length != sides
            || dilations.Length != sides || node.Has("auto_pad")
            || !(AreWithin(pads, 0) && AreWithin(strides, 1) && AreWithin(dilations, 1) && AreWithin(kernel, 1)))
            throw SizeRules.Misfit(node);
        bool ceiling = node.Integer("ceil_mode", 0) != 0;
        var result = new long[input.Length];
        (result[0], result[1]) = (input[0], channels);
        for (int side = 0; side < sides; side++)
        {
            long before = input[2 + side] + pads[side];
            long room = before + pads[side + sides] - dilations[side] * (kernel[side] - 1) - 1;
            if (room < 0)
                throw SizeRules.Misfit(node);
            long steps = room / strides[side];
            // Rounded up, but for a last window that would start behind the input.
            if (ceiling && room % strides[side] != 0 && (steps + 1) * strides[side] < before)
                steps++;
            result[2 + side] = steps + 1;
        }
        return result;
    }

    /// <summary>Whether no number is below one, or so large that reckoning with it could overflow.</summary>
    public static bool AreWithin(long[] numbers, long least) =>
        Array.TrueForAll(numbers, number => number >= least && number <= Volume.Most);
}
