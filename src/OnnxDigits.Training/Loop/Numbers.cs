using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Computes with tensors and numbers instead of TorchSharp's operators, with the same results.</summary>
/// <remarks>
/// TorchSharp's operators and optimizers wrap each number in a temporary <see cref="Scalar"/>. If another thread starts
/// a garbage collection during the native call, the finalizer frees the number while libtorch reads it. The weights are
/// then wrong, or training fails. Here every number lives until its call returns.
/// </remarks>
internal static class Numbers
{
    private static readonly Scalar Zero = 0.ToScalar(), One = 1.ToScalar();

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.add(scalar, One);
    }

    public static Tensor Times(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.mul(scalar);
    }

    public static Tensor ClampToUnit(this Tensor tensor) => tensor.clamp(Zero, One);

    /// <summary>Multiplies in place.</summary>
    public static void Scale(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        tensor.mul_(scalar);
    }

    /// <summary>Adds a number in place.</summary>
    public static void Increase(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        tensor.add_(scalar, One);
    }

    /// <summary>Adds <paramref name="other"/> × <paramref name="factor"/> in place.</summary>
    public static void AddScaled(this Tensor tensor, Tensor other, double factor)
    {
        using var scalar = factor.ToScalar();
        tensor.add_(other, scalar);
    }

    /// <summary>Adds the square of <paramref name="other"/> × <paramref name="factor"/> in place.</summary>
    public static void AddSquare(this Tensor tensor, Tensor other, double factor)
    {
        using var scalar = factor.ToScalar();
        tensor.addcmul_(other, other, scalar);
    }

    /// <summary>
    /// Adds <paramref name="dividend"/> / <paramref name="divisor"/> × <paramref name="factor"/> in place.
    /// </summary>
    public static void AddQuotient(this Tensor tensor, Tensor dividend, Tensor divisor, double factor)
    {
        using var scalar = factor.ToScalar();
        tensor.addcdiv_(dividend, divisor, scalar);
    }
}
