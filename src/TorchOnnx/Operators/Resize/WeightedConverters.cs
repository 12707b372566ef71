using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for linear and cubic resampling by factors that don't give whole sizes.</summary>
/// <remarks>
/// libtorch steps by the inverse of the factor, but runtimes step by the ratio of the sizes. The graph therefore adds
/// up the weighted neighbors of each position itself.
/// </remarks>
internal static class WeightedConverters
{
    private static readonly long[] LinearNeighbors = [0, 1], CubicNeighbors = [-1, 0, 1, 2];

    public static GraphValue Resample(
        ConversionContext context, double[] factors, bool isCubic, bool alignCorners) =>
        Enumerable.Range(2, context.InputShape.Count - 2).Aggregate(
            context.Input, (value, axis) => Resample(context, value, axis, factors, isCubic, alignCorners));

    private static GraphValue Resample(
        ConversionContext context, GraphValue value, int axis, double[] factors, bool isCubic, bool alignCorners)
    {
        var type = context.InputType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var size = ResizeConverters.Size(context, axis, factors);
        var last = context.Add("Sub", [context.Scalar(context.InputShape[axis]), context.Scalar(1)]);
        var positions = context.Cast(context.Add("Range", [context.Scalar(0), size, context.Scalar(1)]), type);
        var source = alignCorners ? Corners() : Centers();
        var first = context.Add("Floor", source);
        var rest = context.Add("Sub", [source, first]);
        return (isCubic ? CubicNeighbors : LinearNeighbors).Select(Term)
            .Aggregate((sum, term) => context.Add("Add", [sum, term]));

        GraphValue Corners()
        {
            // A single position is the first corner.
            var steps = context.Add("Max", [context.Add("Sub", [size, context.Scalar(1)]), context.Scalar(1)]);
            var ratio = context.Add("Div", [context.Cast(last, type), context.Cast(steps, type)]);
            return context.Add("Mul", [positions, ratio]);
        }

        GraphValue Centers()
        {
            var centers = context.Add("Mul",
                [context.Add("Add", [positions, Constant(0.5)]), Constant(1 / factors[axis - 2])]);
            var shifted = context.Add("Sub", [centers, Constant(0.5)]);
            return isCubic ? shifted : context.Add("Max", [shifted, Constant(0)]);
        }

        GraphValue Term(long neighbor)
        {
            var index = context.Add("Add", [context.Cast(first, ScalarType.Int64), context.Scalar(neighbor)]);
            index = context.Add("Min", [context.Add("Max", [index, context.Scalar(0)]), last]);
            var distance = context.Add("Abs", context.Add("Sub", [rest, Constant(neighbor)]));
            var weight = isCubic
                ? Cubic(distance, isInner: neighbor is 0 or 1)
                : context.Add("Sub", [Constant(1), distance]);
            var places = Enumerable.Range(1, context.InputShape.Count - 1 - axis).Select(place => (long)place);
            return context.Add(
                "Mul", [context.Gather(value, index, axis), context.Unsqueeze(weight, [.. places])]);
        }

        // Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with torch's a = −0.75.
        GraphValue Cubic(GraphValue distance, bool isInner)
        {
            double[] coefficients = isInner ? [1.25, -2.25, 0, 1] : [-0.75, 3.75, -6, 3];
            return coefficients.Skip(1).Aggregate(Constant(coefficients[0]), (sum, coefficient) =>
                context.Add("Add", [context.Add("Mul", [sum, distance]), Constant(coefficient)]));
        }

        GraphValue Constant(double number) => context.Constant(number, type);
    }
}
