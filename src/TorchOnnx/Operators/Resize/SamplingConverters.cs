using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Sampling at given places, and the places that an affine map gives.</summary>
internal static class SamplingConverters
{
    private const int FirstOpset = 16, FirstOpsetOfLinear = 20;

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(nn.functional), "grid_sample", Sample)
        .AddMethod(typeof(nn.functional), "affine_grid", Grid);

    private static GraphValue Sample(ConversionContext context)
    {
        bool isVolume = context.InputShape.Count == 5;
        int first = isVolume ? FirstOpsetOfLinear : FirstOpset;
        if (context.Opset < first)
            throw context.Refuse(
                $"sampling at a grid is written from operator set {first} on", $"Export with Opset = {first} or higher");
        bool nearest = context.Argument("mode") is GridSampleMode.Nearest;
        string padding = context.Argument("padding_mode") switch
        {
            GridSamplePaddingMode.Reflection => "reflection",
            GridSamplePaddingMode.Border => "border",
            _ => "zeros",
        };
        return context.Add(
            "GridSample", [context.Tensor("input"), context.Tensor("grid")],
            new OnnxAttribute("align_corners", context.Flag("align_corners") ? 1 : 0),
            new OnnxAttribute("mode", nearest ? "nearest" : context.Opset >= FirstOpsetOfLinear ? "linear" : "bilinear"),
            new OnnxAttribute("padding_mode", padding));
    }

    // The corners are at ±1, or half a pixel within.
    private static GraphValue Grid(ConversionContext context)
    {
        context.Argument("size");
        Dimension[] space = [.. context.OutputShape.Skip(1).SkipLast(1)];
        if (space.Any(size => size.IsDynamic))
            throw context.Refuse("the places are written as constants, and a side is dynamic", "Make that dimension static");
        bool aligned = context.Flag("align_corners");
        long[] sides = [.. space.Select(size => size.Size)];
        using var scope = NewDisposeScope();
        var axes = sides.Select(side => Coordinates(side, aligned)).ToArray();
        var mesh = meshgrid(axes, "ij").Reverse().Append(ones(sides));
        var places = context.Constant(stack(mesh, -1).reshape(1, -1, sides.Length + 1));
        var theta = context.Tensor("theta");
        var mapped = context.Add("MatMul", [places, context.Swap(theta, 3, 1, 2)]);
        return context.Reshape(
            mapped, [context.OutputShape[0], Axes.Count(space), sides.Length], context.OutputShape);
    }

    private static Tensor Coordinates(long side, bool aligned)
    {
        if (aligned && side > 1) return linspace(-1, 1, side);
        return (arange(side) * 2 + 1).to_type(ScalarType.Float32) / side - 1;
    }
}
