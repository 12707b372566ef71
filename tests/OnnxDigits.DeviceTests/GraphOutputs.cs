using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxDigits.DeviceTests;

/// <summary>Two results of a graph, compared.</summary>
internal static class GraphOutputs
{
    /// <summary>The largest difference, as a part of the largest value where that is over 1; infinite where shapes or types differ.</summary>
    public static double Difference(OrtValue expected, OrtValue actual, out bool half)
    {
        var (theirs, ours) = (expected.GetTensorTypeAndShape(), actual.GetTensorTypeAndShape());
        half = theirs.ElementDataType == TensorElementType.Float16;
        if (theirs.ElementDataType != ours.ElementDataType || !theirs.Shape.SequenceEqual(ours.Shape))
            return double.PositiveInfinity;
        double[] a = Read(expected, theirs.ElementDataType), b = Read(actual, theirs.ElementDataType);
        double scale = Math.Max(1, a.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            // Equal covers infinities; what is no number on one side alone differs from all.
            double difference = a[i].Equals(b[i]) ? 0 : Math.Abs(a[i] - b[i]) / scale;
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }
        return largest;
    }

    private static double[] Read(OrtValue value, TensorElementType type) => type switch
    {
        TensorElementType.Float => Convert<float>(value, number => number),
        TensorElementType.Double => Convert<double>(value, number => number),
        TensorElementType.Float16 => Convert<Float16>(value, number => (float)number),
        TensorElementType.Int64 => Convert<long>(value, number => number),
        TensorElementType.Int32 => Convert<int>(value, number => number),
        TensorElementType.Bool => Convert<bool>(value, number => number ? 1 : 0),
        _ => throw new NotSupportedException($"An output of {type}."),
    };

    private static double[] Convert<T>(OrtValue value, Func<T, double> toDouble) where T : unmanaged
    {
        var source = value.GetTensorDataAsSpan<T>();
        double[] numbers = new double[source.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = toDouble(source[i]);
        return numbers;
    }
}
