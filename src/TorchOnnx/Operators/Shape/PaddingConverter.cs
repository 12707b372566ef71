using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Padding by a constant, by reflection, by repeating the edge and by going round.</summary>
internal static class PaddingConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ZeroPad2d>((module, context) => Pad(module, PaddingModes.Constant, context))
        .Add<ConstantPad1d>((module, context) => Pad(module, PaddingModes.Constant, context))
        .Add<ConstantPad2d>((module, context) => Pad(module, PaddingModes.Constant, context))
        .Add<ConstantPad3d>((module, context) => Pad(module, PaddingModes.Constant, context))
        .Add<ReflectionPad1d>((module, context) => Pad(module, PaddingModes.Reflect, context))
        .Add<ReflectionPad2d>((module, context) => Pad(module, PaddingModes.Reflect, context))
        .Add<ReflectionPad3d>((module, context) => Pad(module, PaddingModes.Reflect, context))
        .Add<ReplicationPad1d>((module, context) => Pad(module, PaddingModes.Replicate, context))
        .Add<ReplicationPad2d>((module, context) => Pad(module, PaddingModes.Replicate, context))
        .Add<ReplicationPad3d>((module, context) => Pad(module, PaddingModes.Replicate, context))
        .AddMethod(typeof(nn.functional), "pad", Convert);

    private static GraphValue Convert(ConversionContext context)
    {
        var sides = context.SizeList("pad");
        // One number is for all sides of all dimensions.
        if (context.Argument("pad") is Dimension every) sides = [.. Enumerable.Repeat(every, 2 * context.InputShape.Count)];
        var mode = (PaddingModes)(context.Argument("mode") ?? PaddingModes.Constant);
        return Pad(context, sides, mode, context.Number("value", 0));
    }

    private static GraphValue Pad(PadBase module, PaddingModes mode, ConversionContext context) =>
        Pad(context, [.. module.padding.Select(size => (Dimension)size)], mode, module.value);

    /// <summary>Pads by (begin, end) of each dimension from the last on.</summary>
    public static GraphValue Pad(ConversionContext context, IReadOnlyList<Dimension> sides, PaddingModes mode, double value)
    {
        if (mode is PaddingModes.Zeros or PaddingModes.Constant)
            return context.Add(
                "Pad", [context.Input, Pads(context, sides), context.Constant(value, context.InputType)],
                new OnnxAttribute("mode", "constant"));
        string name = mode switch { PaddingModes.Reflect => "reflect", PaddingModes.Replicate => "edge", _ => "wrap" };
        if (sides.Any(size => size.Size < 0))
            throw context.Refuse(
                $"negative padding [{string.Join(", ", sides)}] by {name} is not written",
                "Crop first, or use a constant padding");
        return mode == PaddingModes.Circular
            ? Wrap(context, sides)
            : context.Add("Pad", [context.Input, Pads(context, sides)], new OnnxAttribute("mode", name));
    }

    // TorchSharp lists (begin, end) from the last dimension on; ONNX all begins, then all ends.
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

    // ONNX wraps from opset 19 on only; the end of an axis in front of it and its beginning behind it is the same.
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
