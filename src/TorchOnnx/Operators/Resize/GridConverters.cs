using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for sampling at a grid and for affine grids.</summary>
internal static class GridConverters
{
    // Opset 16 samples images in mode "bilinear"; opset 20 renames the mode and adds volumes.
    private const int FirstOpsetOfImages = 16, FirstOpsetOfVolumes = 20;

    public static GraphValue GridSample(ConversionContext context)
    {
        bool isVolume = context.InputShape.Count == 5;
        context.RequireOpset(
            isVolume ? FirstOpsetOfVolumes : FirstOpsetOfImages, isVolume ? "GridSample of volumes" : "GridSample");
        bool nearest = context.Argument("mode") is GridSampleMode.Nearest;
        string padding = context.Argument("padding_mode") switch
        {
            GridSamplePaddingMode.Reflection => "reflection",
            GridSamplePaddingMode.Border => "border",
            _ => "zeros",
        };
        bool aligned = context.Flag("align_corners");
        var grid = context.Tensor("grid");
        // libtorch reflects a position before it rounds it. Runtimes round it first.
        if (nearest && padding == "reflection" && !aligned) (grid, padding) = (Reflected(context, grid), "border");
        string linear = context.Opset >= FirstOpsetOfVolumes ? "linear" : "bilinear";
        return context.Add(
            "GridSample", [context.Tensor("input"), grid],
            new OnnxAttribute("align_corners", aligned ? 1 : 0),
            new OnnxAttribute("mode", nearest ? "nearest" : linear),
            new OnnxAttribute("padding_mode", padding));
    }

    // Returns the grid as a triangle wave from −1 to 1 with a period of 4.
    private static GraphValue Reflected(ConversionContext context, GraphValue grid)
    {
        var start = context.Add("Add", [grid, context.Constant(1f)]);
        var periods = context.Add("Floor", context.Add("Div", [start, context.Constant(4f)]));
        var place = context.Add("Sub", [start, context.Add("Mul", [periods, context.Constant(4f)])]);
        var distance = context.Add("Abs", context.Add("Sub", [place, context.Constant(2f)]));
        return context.Add("Sub", [context.Constant(1f), distance]);
    }

    public static GraphValue AffineGrid(ConversionContext context)
    {
        context.Accept("size");
        Dimension[] space = [.. context.OutputShape.Skip(1).SkipLast(1)];
        if (space.Any(size => size.IsDynamic))
        {
            throw context.Refuse("a spatial dimension of the grid is dynamic", "Make that dimension static");
        }
        bool aligned = context.Flag("align_corners");
        long[] sides = [.. space.Select(size => size.Size)];
        using var scope = NewDisposeScope();
        var axes = sides.Select(side => Coordinates(side, aligned)).ToArray();
        var mesh = Enumerable.Reverse(meshgrid(axes, "ij")).Append(ones(sides));
        var points = context.Constant(stack(mesh, -1).reshape(1, -1, sides.Length + 1));
        var theta = context.Tensor("theta");
        var mapped = context.Add("MatMul", [points, context.Swap(theta, 3, 1, 2)]);
        return context.Reshape(
            mapped, [context.OutputShape[0], Axes.Count(space), sides.Length], context.OutputShape);
    }

    // Returns coordinates from −1 to 1, or from half a pixel inside these bounds if the corners are not aligned.
    private static Tensor Coordinates(long side, bool aligned)
    {
        if (aligned && side > 1) return linspace(-1, 1, side);
        return (arange(side) * 2 + 1).to_type(ScalarType.Float32) / side - 1;
    }
}
