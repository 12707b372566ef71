namespace OnnxDigits.Training.Networks;

/// <summary>Computes output sizes and paddings of windows that slide over one spatial dimension.</summary>
/// <remarks>
/// The rules are TensorFlow's (tf.nn, "Notes on padding"): <c>valid</c> gives ⌊(n − k) / s⌋ + 1, <c>same</c> gives
/// ⌈n / s⌉ and puts the odd pixel of padding at the end.
/// </remarks>
public static class WindowArithmetic
{
    /// <summary>Returns the number of window positions along a dimension.</summary>
    /// <param name="size">The size of the input in pixels; at least 1.</param>
    /// <param name="window">The size of the kernel or pooling window in pixels; at least 1.</param>
    /// <param name="stride">The step between windows in pixels; at least 1.</param>
    /// <param name="padding">The treatment of the border.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An argument is below 1, or a <c>valid</c> window is larger than the input.
    /// </exception>
    public static int OutputSize(int size, int window, int stride, Padding2D padding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (padding == Padding2D.Same) return (size + stride - 1) / stride;

        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, size);
        return (size - window) / stride + 1;
    }

    /// <summary>
    /// Returns the number of pixels to add before and after a dimension to get <see cref="OutputSize"/>.
    /// </summary>
    /// <inheritdoc cref="OutputSize"/>
    public static (int Before, int After) PaddingOf(int size, int window, int stride, Padding2D padding)
    {
        if (padding == Padding2D.Valid) return (0, 0);

        int covered = (OutputSize(size, window, stride, padding) - 1) * stride + window;
        int total = Math.Max(covered - size, 0);
        return (total / 2, total - total / 2);
    }
}
