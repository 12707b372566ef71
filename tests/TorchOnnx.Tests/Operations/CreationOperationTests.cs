namespace TorchOnnx.Tests.Operations;

public sealed class CreationOperationTests
{
    private static readonly long[] Shape = [2, 3, 4];

    [Fact]
    public void Creations_WithDynamicDimensions_Equal() => new Case[]
    {
        new("zeros", x => zeros(x.shape[0], x.shape[1], 2) + x[TensorIndex.Ellipsis, TensorIndex.Slice(0, 2)], Shape),
        new("ones", x => x * ones(x.shape), Shape),
        new("ones of integers", x => ones(x.shape[1], dtype: int64), Shape),
        new("full", x => full(x.shape, 2.5f), Shape),
        new("full of a length", x => full(x.shape[0], x.shape[1]), Shape),
        new("zeros_like", x => zeros_like(x), Shape),
        new("ones_like", x => ones_like(x, dtype: int64), Shape),
        new("full_like", x => full_like(x, 3), Shape),
        new("full_like of flags", x => x.full_like(true, dtype: ScalarType.Bool), Shape),
        new("new_zeros", x => x.new_zeros(x.shape[2], 3), Shape),
        new("new_ones", x => x.new_ones(2, x.shape[1]), Shape),
        new("new_full", x => x.new_full(x.shape[2], 1.5), Shape),
        new("empty that is filled", x =>
            {
                var filled = empty(x.shape[0], x.shape[2]);
                filled[TensorIndex.Colon] = 2f;
                return filled;
            },
            Shape),
        new("arange", x => arange(x.shape[2]), Shape),
        new("arange of numbers", x => arange(0, x.shape[2], dtype: float32) * x, Shape),
        new("arange by a step", x => arange(1, 2 * x.shape[2], 3), Shape),
        new("arange down", x => arange(x.shape[2], 0, -2, dtype: int32), Shape),
        new("arange of fractions", x => arange(0.5, x.shape[2], 1), Shape),
        new("arange down by a floating-point step", x => arange(x.shape[2] - 1, -1, -1.0), Shape),
        new("arange from a negative length", x => arange(-x.shape[2], x.shape[2], 0.5), Shape),
        new("arange by the reciprocal of a length", x => arange(0.0, 1.0, 1.0 / (4 * x.shape[2])), Shape),
        new("linspace", x => linspace(-1, 1, x.shape[2]), Shape),
        new("linspace to a length", x => linspace(0, x.shape[2] - 1, x.shape[1]), Shape),
        new("hann_window", x => hann_window(x.shape[2]), Shape),
        new("hann_window of one element", x => cat([hann_window(x.shape[0]), hann_window(x.shape[0], false)]), Shape),
        new("hamming_window", x => hamming_window(x.shape[2], periodic: false), Shape),
        new("hamming_window of coefficients", x => hamming_window(x.shape[2], true, 0.6f, 0.4f), Shape),
        new("blackman_window", x => blackman_window(x.shape[2]), Shape),
        new("bartlett_window", x => bartlett_window(x.shape[2], periodic: false), Shape),
        new("eye", x => eye(x.shape[2]) + eye(x.shape[2], x.shape[2]), Shape),
        new("eye of rows and columns", x => eye(x.shape[1], x.shape[2], dtype: int64), Shape),
        new("tensor of a length", x => x * tensor(x.shape[2]) + tensor(x.shape[1], float32), Shape),
        new("tensor of lengths", x => tensor([x.shape[0], x.shape[2], 7]), Shape),
        new("tensor of lengths in rows", x => tensor([x.shape[0], x.shape[2]], 2, 1, float32), Shape),
        new("a length as a tensor", x => x * (Tensor)x.shape[2], Shape),
        new("positions", x => x + arange(x.shape[1]).unsqueeze(-1), Shape),
    }.EachEqual(6, 1, 2);
}
