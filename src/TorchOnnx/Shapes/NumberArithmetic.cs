using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>Computes with numbers as the instructions and methods of .NET do.</summary>
internal static class NumberArithmetic
{
    /// <summary>
    /// Returns the result of a computation, the outcome of a condition (0 or 1), or NaN if it throws or the result is
    /// unknown.
    /// </summary>
    public static double Apply(NumberSite site, double left, double right)
    {
        if (double.IsNaN(left) || double.IsNaN(right)) return double.NaN;
        if (site.Kind is StackKind.Single or StackKind.Double)
        {
            double result = OfFloats(site.Operation, left, right);
            return site.Kind == StackKind.Single && site.Operation < NumberOperation.Truncate ? (float)result : result;
        }
        if (Math.Abs(left) >= 1L << 62 || Math.Abs(right) >= 1L << 62) return double.NaN;
        return OfIntegers(site, (long)left, (long)right);
    }

    private static double OfFloats(NumberOperation operation, double left, double right) => operation switch
    {
        NumberOperation.Divide => left / right,
        NumberOperation.Remainder => left % right,
        _ => OfNumbers(operation, left, right),
    };

    private static double OfIntegers(NumberSite site, long left, long right)
    {
        return site.Operation switch
        {
            NumberOperation.Divide => right == 0 ? double.NaN : left / right,
            NumberOperation.Remainder => right == 0 ? double.NaN : left % right,
            NumberOperation.And => left & right,
            NumberOperation.Or => left | right,
            NumberOperation.Xor => left ^ right,
            NumberOperation.ShiftLeft => right is >= 0 and < 32 ? left * (1L << (int)right) : double.NaN,
            NumberOperation.ShiftRight => right is >= 0 and < 32 ? left >> (int)right : double.NaN,
            NumberOperation.Not => ~left,
            >= NumberOperation.Equal when site.IsUnsigned =>
                OfNumbers(site.Operation, Unsigned(left), Unsigned(right)),
            _ => OfNumbers(site.Operation, left, right),
        };

        double Unsigned(long number) => site.Kind == StackKind.Int32 ? (uint)number : (ulong)number;
    }

    private static double OfNumbers(NumberOperation operation, double left, double right) => operation switch
    {
        NumberOperation.Add => left + right,
        NumberOperation.Subtract => left - right,
        NumberOperation.Multiply => left * right,
        NumberOperation.Minimum => Math.Min(left, right),
        NumberOperation.Maximum => Math.Max(left, right),
        NumberOperation.Power => Math.Pow(left, right),
        NumberOperation.Negate => -left,
        NumberOperation.Absolute => Math.Abs(left),
        NumberOperation.Sign => Math.Sign(left),
        NumberOperation.SquareRoot => Math.Sqrt(left),
        NumberOperation.Exponential => Math.Exp(left),
        NumberOperation.Logarithm => Math.Log(left),
        NumberOperation.Logarithm2 => Math.Log2(left),
        NumberOperation.Logarithm10 => Math.Log10(left),
        NumberOperation.Floor => Math.Floor(left),
        NumberOperation.Ceiling => Math.Ceiling(left),
        NumberOperation.Round => Math.Round(left),
        NumberOperation.Truncate => Math.Truncate(left),
        NumberOperation.ToSingle => (float)left,
        NumberOperation.Equal => left == right ? 1 : 0,
        NumberOperation.NotEqual => left != right ? 1 : 0,
        NumberOperation.Less => left < right ? 1 : 0,
        NumberOperation.LessOrEqual => left <= right ? 1 : 0,
        NumberOperation.Greater => left > right ? 1 : 0,
        NumberOperation.GreaterOrEqual => left >= right ? 1 : 0,
        NumberOperation.IsTrue => left != 0 ? 1 : 0,
        NumberOperation.Switch or NumberOperation.Index => left,
        _ => double.NaN,
    };
}
