using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for discrete Fourier transforms, as products with matrices of cosines and sines.</summary>
internal static class FourierConverters
{
    private static readonly long[] LastTwo = [-2, -1];

    /// <summary>Writes <c>fft</c>, <c>ifft</c> and <c>rfft</c> of one or several dimensions.</summary>
    public static IReadOnlyList<GraphValue> Transform(ConversionContext context, bool inverse)
    {
        var value = context.Complex("input");
        foreach (int axis in Enumerable.Reverse(Dimensions(context)))
        {
            value = Transform(context, value, axis, context.OutputShape[axis], inverse);
        }
        return value.Results(context);
    }

    /// <summary>Writes <c>irfft</c> of one or several dimensions.</summary>
    public static GraphValue ToReal(ConversionContext context)
    {
        var value = context.Complex("input");
        int[] axes = Dimensions(context);
        foreach (int axis in axes[..^1])
        {
            value = Transform(context, value, axis, Length(context, axis), inverse: true);
        }
        context.Accept("n", "s");
        int last = axes[^1];
        var size = context.OutputShape[last];
        var count = size.With(1, (length, _) => length / 2 + 1);
        value = value.Each(part => Resized(
            context, part, context.InputShape.Count, last, context.InputShape[last], count));
        // Each frequency represents itself and its conjugate, except 0 and, for an even size, the highest frequency.
        var type = context.OutputType;
        var numbers = context.Range(count);
        var isSingle = context.Add("Or",
        [
            context.Add("Equal", [numbers, context.Scalar(0)]),
            context.Add("Equal", [context.Add("Mul", [numbers, context.Scalar(2)]), context.Scalar(size)]),
        ]);
        var weights = context.Unsqueeze(
            context.Add("Where", [isSingle, context.Constant(1, type), context.Constant(2, type)]), 1);
        var (cosines, sines) = Waves(context, count, size, size, type);
        var moved = value.Each(part => Last(context, part, last));
        var real = context.Add("MatMul", [moved.Real, context.Add("Mul", [cosines, weights])]);
        var imaginary = context.Add("MatMul", [moved.Imaginary!, context.Add("Mul", [sines, weights])]);
        return Last(context, Scaled(context, context.Add("Sub", [real, imaginary]), size, inverse: true), last);
    }

    /// <summary>Writes <c>stft</c>: the transform of each window of a signal.</summary>
    public static IReadOnlyList<GraphValue> ShortTime(ConversionContext context)
    {
        var (size, step, length) = Frames(context);
        var signal = context.Complex(context.Given("this") ? "this" : "input");
        bool isVector = context.InputShape.Count == 1;
        if (isVector) signal = signal.Each(part => context.Unsqueeze(part, 0));
        var total = context.InputShape[^1];
        if (context.Flag("center", true))
        {
            var mode = context.Argument("pad_mode") is PaddingModes padding ? padding : PaddingModes.Reflect;
            string name = mode switch
            {
                PaddingModes.Reflect => "reflect",
                PaddingModes.Replicate => "edge",
                PaddingModes.Constant or PaddingModes.Zeros => "constant",
                _ => throw context.Refuse($"it pads by {mode}, which ONNX does not have", "Use PaddingModes.Reflect"),
            };
            var pads = context.Constant([0, size / 2, 0, size / 2]);
            signal = signal.Each(part => context.Add("Pad", [part, pads], new OnnxAttribute("mode", name)));
            total += size / 2 * 2;
        }
        var frames = signal.Each(part => SliceConverters.Windows(context, part, 1, total, size, step));
        var type = context.OutputType;
        if (context.Given("window") || length < size)
        {
            var window = Window(context, size, length, type);
            frames = frames.Each(part => context.Add("Mul", [part, window]));
        }
        bool isComplex = context.ReturnsComplex;
        int place = context.OutputShape.Count - (isComplex ? 2 : 3);
        context.Accept("onesided", "return_complex");
        var spectrum = Multiply(
            context, frames, Waves(context, size, context.OutputShape[place], size, type), inverse: false);
        if (context.Flag("normalized"))
        {
            spectrum = spectrum.Each(part => Elementwise.Times(context, part, 1 / Math.Sqrt(size), type));
        }
        spectrum = spectrum.Each(part => context.Swap(part, 3, 1, 2));
        if (isVector) spectrum = spectrum.Each(part => context.Squeeze(part, 0));
        return isComplex ? spectrum.Results(context) : [ComplexConverters.Stack(context, spectrum)];
    }

    /// <summary>
    /// Writes <c>istft</c>. One transposed convolution adds up the inverse transforms of all windows. Another one adds
    /// up the weights of the windows.
    /// </summary>
    public static GraphValue InverseShortTime(ConversionContext context)
    {
        var (size, step, length) = Frames(context);
        var (type, frames) = (context.OutputType, context.InputShape[^1]);
        bool isVector = context.InputShape.Count == 2;
        context.Accept("onesided");
        var spectrum = context.Complex("this").Each(part =>
            context.Slice(isVector ? context.Unsqueeze(part, 0) : part, 1, 0, size / 2 + 1));
        var window = Window(context, size, length, type);
        var waves = context.Cast(context.Constant(InverseWaves(size, context.Flag("normalized"))), type);
        var stride = new OnnxAttribute("strides", new[] { step });
        var signal = context.Add(
            "ConvTranspose",
            [context.Concat([spectrum.Real, spectrum.Imaginary!], 1), context.Add("Mul", [waves, window])], stride);
        var weights = context.Add(
            "ConvTranspose",
            [
                context.Expand(context.Constant(1, type), [], [1, 1, frames]),
                context.Unsqueeze(context.Add("Mul", [window, window]), 0, 1),
            ],
            stride);
        var (start, total) = (context.Flag("center", true) ? size / 2 : 0, frames * step + (size - step));
        var given = context.Size("length", -1);
        var stop = given == -1 ? total - start : total;
        signal = context.Add(
            "Div", [context.Slice(signal, 2, start, stop), context.Slice(weights, 2, start, stop)]);
        signal = context.Squeeze(signal, isVector ? [0, 1] : [1]);
        return given == -1
            ? signal
            : Resized(context, signal, context.OutputShape.Count, context.OutputShape.Count - 1, total - start, given);
    }

    /// <summary>Writes <c>fftshift</c> and <c>ifftshift</c>.</summary>
    public static GraphValue Shift(ConversionContext context, bool inverse)
    {
        long[] all = Axes.Range(0, context.InputShape.Count);
        return context.Integers("dim", all).Select(context.Axis).Aggregate(context.Input, (value, axis) =>
        {
            var size = context.InputShape[axis];
            return PermuteConverters.Roll(
                context, value, axis, size, size.With(inverse ? 1 : 0, (length, more) => (length + more) / 2));
        });
    }

    // Returns the inverse transform as a matrix. Its rows are the real parts and then the imaginary parts of the
    // frequencies from 0 to size / 2. The other frequencies are their conjugates.
    private static Tensor InverseWaves(long size, bool isNormalized)
    {
        var frequencies = arange(size / 2 + 1, ScalarType.Int64);
        var angles = outer(frequencies, arange(size, ScalarType.Int64)).remainder(size).to(ScalarType.Float64)
            * (2 * Math.PI / size);
        var isSingle = (frequencies == 0).logical_or(frequencies * 2 == size).unsqueeze(1);
        var weights = where(isSingle, 1.0, 2.0).to(ScalarType.Float64) / (isNormalized ? Math.Sqrt(size) : size);
        return cat([angles.cos() * weights, -angles.sin() * weights]).unsqueeze(1);
    }

    private static (long Size, long Step, long Length) Frames(ConversionContext context)
    {
        long size = context.Integer("n_fft");
        return (size, Given("hop_length", size / 4), Given("win_length", size));

        long Given(string parameter, long absent) =>
            context.Integer(parameter, -1) is > 0 and var number ? number : absent;
    }

    private static GraphValue Window(ConversionContext context, long size, long length, ScalarType type)
    {
        var window = context.Given("window")
            ? context.Operand("window", type)
            : context.Expand(context.Constant(1, type), [], [length]);
        long before = (size - length) / 2;
        return length < size
            ? context.Add("Pad", [window, context.Constant([before, size - length - before])])
            : window;
    }

    private static ComplexValue Transform(
        ConversionContext context, ComplexValue value, int axis, Dimension count, bool inverse)
    {
        var size = Length(context, axis);
        value = value.Each(part => Resized(
            context, part, context.InputShape.Count, axis, context.InputShape[axis], size));
        var transformed = Multiply(
            context, value.Each(part => Last(context, part, axis)),
            Waves(context, size, count, size, context.OutputType), inverse);
        return transformed.Each(part => Last(context, Scaled(context, part, size, inverse), axis));
    }

    // Computes the sum over j of x[j] · e^(∓2πi · jk / n).
    private static ComplexValue Multiply(
        ConversionContext context, ComplexValue value, (GraphValue Cosines, GraphValue Sines) waves, bool inverse) =>
        value.Times(
            context, new(waves.Cosines, inverse ? waves.Sines : context.Add("Neg", waves.Sines)), "MatMul");

    // Returns the cosines and sines of 2π · (jk mod n) / n, of shape [rows, columns].
    private static (GraphValue Cosines, GraphValue Sines) Waves(
        ConversionContext context, Dimension rows, Dimension columns, Dimension size, ScalarType type)
    {
        // Uses MatMul, because ONNX's shape inference mistakes a Mul of ranges for a Mul of shapes.
        var products = context.Add(
            "MatMul", [context.Unsqueeze(context.Range(rows), 1), context.Unsqueeze(context.Range(columns), 0)]);
        var turns = context.Cast(context.Add("Mod", [products, context.Scalar(size)]), type);
        var angles = context.Add(
            "Div", [Elementwise.Times(context, turns, 2 * Math.PI, type), context.Scalar(size, type)]);
        return (context.Add("Cos", angles), context.Add("Sin", angles));
    }

    private static GraphValue Scaled(ConversionContext context, GraphValue value, Dimension size, bool inverse)
    {
        var length = context.Scalar(size, context.OutputType);
        return context.Argument("norm") switch
        {
            FFTNormType.Ortho => context.Add("Div", [value, context.Add("Sqrt", length)]),
            FFTNormType.Forward when !inverse => context.Add("Div", [value, length]),
            null or FFTNormType.Backward when inverse => context.Add("Div", [value, length]),
            _ => value,
        };
    }

    // Returns the length of the transform: n, or an element of s.
    private static Dimension Length(ConversionContext context, int axis)
    {
        var given = context.Given("s")
            ? context.SizeList("s")[Array.IndexOf(Dimensions(context), axis)]
            : context.Size("n", -1);
        return given == -1 ? context.InputShape[axis] : given;
    }

    // Cuts an axis, or pads it with zeros.
    private static GraphValue Resized(
        ConversionContext context, GraphValue value, int rank, int axis, Dimension from, Dimension to)
    {
        if (from == to) return value;
        bool isOpen = from.IsDynamic || to.IsDynamic;
        if (isOpen || to.Size > from.Size)
        {
            var missing = context.Add(
                "Max", [context.Add("Sub", [context.Sizes([to]), context.Sizes([from])]), context.Constant([0L])]);
            var pads = context.Concat(
                [context.Constant(new long[rank + axis]), missing, context.Constant(new long[rank - 1 - axis])], 0);
            value = context.Add("Pad", [value, pads]);
        }
        return isOpen || to.Size < from.Size ? context.Slice(value, axis, 0, to) : value;
    }

    private static int[] Dimensions(ConversionContext context)
    {
        bool isOne = context.MethodName is "fft_" or "ifft" or "rfft" or "irfft";
        long[] absent = isOne ? [-1]
            : context.MethodName.EndsWith('2') ? LastTwo
            : Axes.Range(-context.InputShape.Count, context.InputShape.Count);
        if (context.Given("s")) absent = absent[^context.SizeList("s").Count..];
        return [.. context.Integers("dim", absent).Select(context.Axis)];
    }

    // Exchanges an axis with the last one.
    private static GraphValue Last(ConversionContext context, GraphValue value, int axis) =>
        context.Swap(value, context.InputShape.Count, axis, context.InputShape.Count - 1);
}
