using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Padding by a constant, by reflection and by repeating the edge.</summary>
internal static class PaddingConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ZeroPad2d>((module, context) => Constant(module, context))
        .Add<ConstantPad1d>((module, context) => Constant(module, context))
        .Add<ConstantPad2d>((module, context) => Constant(module, context))
        .Add<ConstantPad3d>((module, context) => Constant(module, context))
        .Add<ReflectionPad1d>((module, context) => FromInput(module, "reflect", context))
        .Add<ReflectionPad2d>((module, context) => FromInput(module, "reflect", context))
        .Add<ReflectionPad3d>((module, context) => FromInput(module, "reflect", context))
        .Add<ReplicationPad1d>((module, context) => FromInput(module, "edge", context))
        .Add<ReplicationPad2d>((module, context) => FromInput(module, "edge", context))
        .Add<ReplicationPad3d>((module, context) => FromInput(module, "edge", context));

    private static GraphValue Constant(PadBase module, ConversionContext context) => context.Add(
        "Pad", [context.Input, Pads(module, context), context.Constant(module.value)], new OnnxAttribute("mode", "constant"));

    private static GraphValue FromInput(PadBase module, string mode, ConversionContext context)
    {
        if (module.padding.Any(size => size < 0))
            throw context.Refuse(
                $"negative padding [{string.Join(", ", module.padding)}] by {mode} is not written",
                "Crop first, or use a constant padding");
        return context.Add("Pad", [context.Input, Pads(module, context)], new OnnxAttribute("mode", mode));
    }

    // TorchSharp lists (begin, end) from the last dimension on; ONNX all begins, then all ends.
    private static GraphValue Pads(PadBase module, ConversionContext context)
    {
        int rank = context.InputShape.Count;
        var pads = new long[2 * rank];
        for (int index = 0; index < module.padding.Length / 2; index++)
        {
            pads[rank - 1 - index] = module.padding[2 * index];
            pads[2 * rank - 1 - index] = module.padding[2 * index + 1];
        }
        return context.Constant(pads);
    }
}
