using CsCheck;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests.Operations;

public sealed class MatrixOperationTests
{
    private static Tensor Numbers(params long[] shape) =>
        linspace(-1, 1, shape.Aggregate((a, b) => a * b)).reshape(shape);

    // Returns matrices that can be inverted. Their largest elements are not on the diagonal.
    private static Tensor Regular(Tensor x) => x / 16 + eye(x.shape[^1]).roll(1, 0);

    [Fact]
    public void Products_WithDynamicDimensions_Equal() => new Case[]
    {
        new("matmul", x => x.matmul(x.mT), [2, 3, 4]),
        new("matmul with a vector", x => x.matmul(arange(4, dtype: float32)), [2, 3, 4]),
        new("mm", x => x[0].mm(x[0].t()), [2, 3, 4]),
        new("bmm", x => x.bmm(x.transpose(1, 2)), [2, 3, 4]),
        new("mv", x => mv(x.flatten(0, 1), arange(4, dtype: float32)), [2, 3, 4]),
        new("dot", x => dot(x.flatten(), x.flatten()), [2, 3, 4]),
        new("vdot", x => vdot(x.flatten(), x.flatten()), [2, 3, 4]),
        new("outer", x => outer(x.flatten(), arange(3, dtype: float32)), [2, 3, 4]),
        new("ger", x => x.flatten().ger(arange(3, dtype: float32)), [2, 3, 4]),
        new("inner", x => x.inner(x[0]), [2, 3, 4]),
        new("inner of vectors", x => inner(x.flatten(), x.flatten()), [2, 3, 4]),
        new("multi_dot", x => linalg.multi_dot([x[0], x[0].t(), x[0]]), [2, 3, 4]),
        new("vecdot", x => linalg.vecdot(x, x * 2), [2, 3, 4]),
        new("kron", x => x.kron(ones(2, 3)), [2, 3, 4]),
        new("kron of matrices", x => kron(x[0], tensor(new[] { 1f, 2 })), [2, 3, 4]),
        new("bilinear", x => nn.functional.bilinear(x, x * 2, Numbers(5, 4, 4), arange(5, dtype: float32)), [2, 3, 4]),
        new("linear", x => nn.functional.linear(x, Numbers(5, 4), arange(5, dtype: float32)), [2, 3, 4]),
        new("linear of rows", x => nn.functional.linear(x[0], Numbers(5, 4), arange(5, dtype: float32)), [2, 3, 4]),
        new("linear without bias", x => nn.functional.linear(x, x[0]), [2, 3, 4]),
        new("einsum", x => einsum("bij,bkj->bik", x, x * 2), [2, 3, 4]),
        new("einsum of a diagonal", x => einsum("b i j -> j i b", x), [2, 3, 4]),
        new("einsum with an ellipsis", x => einsum("...i,ij->...j", x, Numbers(4, 2)), [2, 3, 4]),
        new("einsum without a result", x => einsum("bij,bij", x, x), [2, 3, 4]),
        new("tensordot", x => x.tensordot(Numbers(5, 4, 2), [2], [1]), [2, 3, 4]),
        new("tensordot of pairs", x => tensordot(x, x, [1, 2], [1, 2]), [2, 3, 4]),
        new("cross", x => linalg.cross(x.narrow(2, 0, 3), Numbers(3).expand(x.shape[0], x.shape[1], 3)), [2, 3, 4]),
        new("trace", x => x[0].matmul(x[0].t()).trace(), [2, 3, 4]),
        new("matrix_power", x => (x.matmul(x.mT) / 8).matrix_power(5), [2, 3, 4]),
        new("matrix_power of 0", x => x.matmul(x.mT).matrix_power(0) + x[.., .., ..1], [2, 3, 4]),
        new("det", x => (x.mT.matmul(x) / 4 + eye(4)).det(), [2, 3, 4]),
        new("logdet", x => (x.mT.matmul(x) / 4 + eye(4)).logdet(), [2, 3, 4]),
        new("slogdet", x => slogdet(x[.., .., ..3].mT.matmul(x[.., .., 1..]) / 4 + eye(3)).logabsdet, [2, 3, 4]),
        new("linear to one number", x => nn.functional.linear(x, arange(4, dtype: float32)), [2, 3, 4]),
    }.EachEqual(5, 1);

    [Fact]
    public void Inverses_WithDynamicBatch_Equal() => new Case[]
    {
        new("inv", x => linalg.inv(Regular(x)), [2, 3, 3]),
        new("inverse of 1 by 1", x => Regular(x).inverse(), [2, 1, 1]),
        new("inverse of 8 by 8", x => Regular(x).inverse(), [2, 8, 8]),
        new("inverse of stacks", x => Regular(x).inverse(), [2, 3, 4, 4]),
        new("inverse of large numbers", x => (Regular(x) * 1000).inverse(), [2, 4, 4]),
        // The largest number of the second column is in the row that the first column chooses.
        new("inverse with rows used once", x => (x / 16 + eye(2) + 8 * ones(2, 2).triu(1)).inverse(), [2, 2, 2]),
        new("inverse of doubles", x => Regular(x).to(float64).inverse(), [2, 4, 4]),
        new("inverse of one matrix", x => Regular(x[0]).inverse() + x, [2, 4, 4]),
        new("solve", x => linalg.solve(Regular(x), x[.., .., ..2]), [2, 4, 4]),
        new("solve with one matrix", x => linalg.solve(Regular(x[0]), x), [2, 4, 4]),
        new("solve for a matrix", x => linalg.solve(Regular(x), x[0, .., ..3]), [2, 4, 4]),
        new("solve for a vector", x => linalg.solve(Regular(x), arange(4, dtype: float32)), [2, 4, 4]),
        new("solve for vectors", x => linalg.solve(Regular(x), x[.., 0]), [2, 4, 4]),
        new("solve from the right", x => linalg.solve(Regular(x), x[.., ..2], left: false), [2, 4, 4]),
        new("matrix_power", x => Regular(x).matrix_power(-3), [2, 4, 4]),
        new("cholesky", x => linalg.cholesky(x.mT.matmul(x) + eye(4)), [2, 4, 4]),
        new("cholesky of the lower triangle", x => linalg.cholesky((x.mT.matmul(x) + eye(4)).tril()), [2, 4, 4]),
        new("cholesky of one number", x => linalg.cholesky(x.abs() + 1), [2, 1, 1]),
    }.EachEqual(1, 0);

    [Fact]
    public void Bilinear_Vectors_Equal() => new Case(
        "bilinear", x => nn.functional.bilinear(x, x * 2, Numbers(5, 4, 4)), [2, 4]).IsEqual();

    [Fact]
    public void Sums_AnyFactors_Equal() =>
        (from alpha in Gen.OneOf(Gen.Const(1f), Gen.Float[0.1f, 2], Gen.Float[-2, -0.1f])
         from beta in Gen.OneOf(Gen.Const(1f), Gen.Const(0f), Gen.Float[0.1f, 2], Gen.Float[-2, -0.1f])
         from kind in Gen.Int[0, 5]
         from opset in ModuleCheck.Opsets
         select new Case($"sum {kind} {alpha}, {beta}", x =>
         {
             var (matrix, vector) = (Numbers(4, 5), linspace(-1, 1, 4));
             return kind switch
             {
                 0 => ones(x.shape[1], 5).addmm(x[0], matrix, beta, alpha),
                 1 => addmm(arange(5, dtype: float32) + x[0, 0, 0], x[0], matrix, beta, alpha),
                 2 => addmv(x[0, TensorIndex.Colon, 0], x[0], vector, beta, alpha),
                 3 => addbmm(x[0].matmul(matrix).abs(), x, matrix.expand(x.shape[0], 4, 5), beta, alpha),
                 4 => x.baddbmm(matrix.expand(x.shape[0], 4, 5), x.matmul(matrix).abs(), beta, alpha),
                 _ => x[0].addr(x[0, TensorIndex.Colon, 0], vector, beta, alpha),
             };
         }, [2, 3, 4])
         { Opset = opset, Open = [1] })
        .Equal(50);

    [Fact]
    public void Norms_AnyOrder_Equal() =>
        (from order in Gen.OneOf(
            Gen.OneOf(0, 1, 2, double.PositiveInfinity, double.NegativeInfinity), Gen.Double[0.5, 4])
         from keep in Gen.Bool
         from axis in Gen.Int[-1, 2]
         from kind in Gen.Int[0, 11]
         from opset in ModuleCheck.Opsets
         let limited = double.IsInfinity(order) || order == 1 ? order : 1
         select new Case($"norm {kind} {order} {keep} {axis}", x => kind switch
         {
             0 => linalg.vector_norm(x, order, [axis], keep),
             1 => linalg.vector_norm(x, order),
             2 => linalg.matrix_norm(x, "fro", keepdim: keep),
             3 => linalg.matrix_norm(x, limited, [-2, -1], keep),
             4 => linalg.matrix_norm(x, limited, [2, 0], keep),
             5 => linalg.norm(x, order, [axis], keep),
             6 => linalg.norm(x[0], limited),
             7 => linalg.norm(x, [0, 1], keep),
             8 => x.norm((float)order),
             9 => x.norm(axis, keep, (float)order),
             10 => x.dist(x * 2 + 1, (float)order),
             _ => nn.functional.normalize(x, order == 0 ? 2 : order, axis),
         }, [2, 3, 4])
         { Opset = opset, Open = [2] })
        .Equal(80);

    [Fact]
    public void Distances_AnyOrder_Equal() =>
        (from order in Gen.OneOf(Gen.Const(1.0), Gen.Const(2.0), Gen.Const(double.PositiveInfinity), Gen.Double[1, 4])
         from keep in Gen.Bool
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         select new Case($"distance {kind} {order} {keep}", (x, y) => kind switch
         {
             0 => cdist(x, y, order),
             1 => nn.functional.pairwise_distance(x, y.narrow(1, 0, 1), order, keepdim: keep),
             _ => nn.functional.cosine_similarity(x, y.narrow(1, 0, 1), keep ? -1 : 1),
         }, [2, 3, 4], [2, 5, 4])
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void Orders_AnyAxis_Equal() =>
        (from axis in Gen.Int[-3, 2]
         from flag in Gen.Bool
         from kind in Gen.Int[0, 5]
         from opset in ModuleCheck.Opsets
         select new Case($"order {kind} along {axis} {flag}", x => kind switch
         {
             0 => [x.topk(1, axis, flag).values, x.topk(1, axis, flag).indexes],
             1 => [.. new[] { x.sort(axis, flag).Values }],
             2 => [sort(x, axis, flag, stable: true).indices],
             3 => [x.argsort(axis, flag)],
             4 => [msort(x)],
             _ => [x.topk((int)x.shape[2], 2, flag).values],
         }, [2, 3, 4])
         { Opset = opset, Open = [2] })
        .Equal(50);
}
