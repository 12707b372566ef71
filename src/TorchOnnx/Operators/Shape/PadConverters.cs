using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for constant, reflecting, replicating and circular padding.</summary>
internal static class PadConverters
{
    public static GraphValue Pad(ConversionContext context)
    {
        var sides = context.SizeList("pad");
        // A single number pads both sides of every dimension.
        if (context.Argument("pad") is Dimension every)
        {
            sides = [.. Enumerable.Repeat(every, 2 * context.InputShape.Count)];
        }
        var mode = (PaddingModes)(context.Argument("mode") ?? PaddingModes.Constant);
        return Pad(context, sides, mode, context.Number("value", 0));
    }

    public static GraphValue Pad(ConversionContext context, PadBase module, PaddingModes mode) =>
        Pad(context, [.. module.padding.Select(size => (Dimension)size)], mode, module.value);

    /// <summary>Pads by (begin, end) of each dimension, from the last one backwards.</summary>
    public static GraphValue Pad(
        ConversionContext context, IReadOnlyList<Dimension> sides, PaddingModes mode, double value)
    {
        if (mode is PaddingModes.Zeros or PaddingModes.Constant)
        {
            return context.Add(
                "Pad", [context.Input, Pads(context, sides), context.Constant(value, context.InputType)],
                new OnnxAttribute("mode", "constant"));
        }
        string name = mode switch { PaddingModes.Reflect => "reflect", PaddingModes.Replicate => "edge", _ => "wrap" };
        if (sides.Any(size => size.Size < 0))
        {
            throw context.Refuse(
                $"padding [{string.Join(", ", sides)}] is negative, which mode '{name}' does not support",
                "Crop first, or use constant padding");
        }
        return mode == PaddingModes.Circular
            ? Wrap(context, sides)
            : context.Add("Pad", [context.Input, Pads(context, sides)], new OnnxAttribute("mode", name));
    }

    // torch lists (begin, end) from the last dimension backwards; ONNX lists all begins, then all ends.
    private static GraphValue Pads(ConversionContext context, IReadOnlyList<Dimension> sides)
    {
        int rank = context.InputShape.Count;
        var pads = new Dimension[2 * rank];
        for (int index = 0; index < sides.Count / 2; index++)
        {
            pads[rank - 1 - index] = sides[2 * index];
            pads[2 * rank - 1 - index] = sides[2 * index + 1];
        }
        return context.Sizes(pads);
    }

    // Prepends the end of each axis and appends its beginning. ONNX has mode "wrap" only since opset 19.
    private static GraphValue Wrap(ConversionContext context, IReadOnlyList<Dimension> sides)
    {
        var value = context.Input;
        for (int index = 0; index < sides.Count / 2; index++)
        {
            int axis = context.InputShape.Count - 1 - index;
            List<GraphValue> parts = [value];
            if (sides[2 * index] != 0) parts.Insert(0, context.Slice(value, axis, 0 - sides[2 * index]));
            if (sides[2 * index + 1] != 0) parts.Add(context.Slice(value, axis, 0, sides[2 * index + 1]));
            value = context.Concat(parts, axis);
        }
        return value;
    }
}
