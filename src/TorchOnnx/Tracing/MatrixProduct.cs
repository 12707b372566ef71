using System.Runtime.InteropServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Checks the arguments of <c>matmul</c>. TorchSharp 0.107 doesn't catch the exception that libtorch throws for wrong
/// shapes, and the process would end.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>
    /// Returns a method that throws instead of the call, or <see langword="null"/> if libtorch accepts the arguments.
    /// </summary>
    public static Delegate? Refuse(TracedCall call)
    {
        if (call.Target.Name != "matmul" || !CodeOrigin.IsTorch(call.Target)
            || call.Arguments is not [torch.Tensor left, torch.Tensor right]
            || left.IsInvalid || right.IsInvalid || Problem(left, right) is not { } problem)
        {
            return null;
        }
        return call.Target.IsStatic
            ? (Func<torch.Tensor, torch.Tensor, torch.Tensor>)((_, _) => throw new ExternalException(problem))
            : (Func<object, torch.Tensor, torch.Tensor>)((_, _) => throw new ExternalException(problem));
    }

    private static string? Problem(torch.Tensor left, torch.Tensor right)
    {
        long[] rows = left.shape, columns = right.shape;
        if (left.dtype != right.dtype) return $"the dtypes {left.dtype} and {right.dtype} cannot be multiplied";
        bool canMultiply = rows.Length > 0 && columns.Length > 0 && rows[^1] == columns[^Math.Min(2, columns.Length)]
            && Enumerable.Reverse(rows).Skip(2).Zip(Enumerable.Reverse(columns).Skip(2)).All(pair =>
                pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        return canMultiply
            ? null
            : $"the shapes [{string.Join(", ", rows)}] and [{string.Join(", ", columns)}] cannot be multiplied";
    }
}
