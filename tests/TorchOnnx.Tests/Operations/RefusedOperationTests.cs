using TorchSharp;

namespace TorchOnnx.Tests.Operations;

public sealed class RefusedOperationTests
{
    public static TheoryData<string, Func<Tensor, Tensor>, string> Refused => new()
    {
        { "nonzero", x => x.nonzero(), "the number of elements it selects depends on the values of the input" },
        { "masked_select", x => x.masked_select(ones_like(x, dtype: ScalarType.Bool)),
            "the number of elements it selects depends on the values of the input" },
        { "unique", x => x.unique().output, "the number of elements it selects depends on the values of the input" },
        { "a mask as an index", x => x[ones_like(x, dtype: ScalarType.Bool)],
            "the number of elements it selects depends on the values of the input" },
        { "assignment to a mask and an index", x =>
            {
                var y = x.add(0);
                y[0, ones(4, dtype: ScalarType.Bool)] = 2;
                return y;
            },
            "it combines a mask with other indices" },
        { "a bool as an index", x => x.index(TensorIndex.Bool(true)), "it indexes by a bool, which is not supported" },
        { "repeats in a tensor", x => x.repeat_interleave(tensor(new long[] { 1, 2, 1, 0 }), 1),
            "the repeats are in a tensor, so the shape of the result depends on its values" },
        { "randn_like", x => x.randn_like(), "it draws random numbers" },
        { "as_strided", x => x.as_strided([2, 2], [1, 1]),
            "its result depends on the memory layout, which a graph does not have" },
        { "mode", x => x.mode(1).values, "ONNX has no operator for it" },
        { "inverse of an open size", x => linalg.inv(x.mm(x.t()) + eye(x.shape[0])),
            "the size of the matrix is open, and the graph needs nodes for each column" },
        { "inverse of a large matrix", x => x + linalg.inv(eye(65) + x[0, 0])[0, 0],
            "a matrix of 65 columns needs nodes for each, and the limit is 64" },
        { "determinant of doubles", x => x.mm(x.t()).to(float64).det(),
            "the determinant of a matrix of Float64 has no kernel in ONNX Runtime" },
        { "squeeze of a dynamic dimension", x => x.squeeze(0),
            "it squeezes a dynamic dimension, which disappears only at size 1" },
        { "singular values", x => linalg.matrix_norm(x, 2.0),
            "this matrix norm needs singular values, for which ONNX has no operator" },
        { "one_hot without classes", x => nn.functional.one_hot(x.argsort(1)),
            "without num_classes, the number of classes depends on the values of the input" },
        { "scatter_add at opset 13", x => x.scatter_add(1, ones_like(x, dtype: int64), x),
            "it needs ONNX's Scatter with reduction, which opset 13 does not have" },
        { "fold at opset 13", x => nn.functional.fold(x.unsqueeze(-1), (2, 2), (2, 2)),
            "it needs ONNX's Col2Im, which opset 13 does not have" },
        { "grid_sample at opset 13", x => nn.functional.grid_sample(x.reshape(-1, 1, 2, 2), zeros(x.shape[0], 1, 1, 2)),
            "it needs ONNX's GridSample, which opset 13 does not have" },
        { "dropped attention", x => nn.functional.scaled_dot_product_attention(x, x, x, p: 0.5),
            "p is not 0, so it drops weights at random in eval mode too" },
        { "batch_norm in training", x => nn.functional.batch_norm(x, zeros(4), ones(4), training: true),
            "with training: true it changes the running statistics, and a graph keeps no state between runs" },
        { "adaptive pooling of a dynamic size",
            x => nn.functional.adaptive_max_pool1d_with_indices(x.flatten().reshape(1, 1, -1), 2).Indices,
            "it pools over a dynamic dimension, so the windows change with its size" },
        { "indices of uneven windows", x => nn.functional.adaptive_max_pool1d_with_indices(x.unsqueeze(1), 3).Indices,
            "the output size does not divide the input [4], so the windows have different sizes, and their "
                + "indices are not supported" },
        { "negative reflection", x => nn.functional.pad(x, (-1, 1), PaddingModes.Reflect),
            "padding [-1, 1] is negative, which mode 'reflect' does not support" },
        { "hardtanh", x => nn.functional.hardtanh(x), "this version of TorchSharp clips in Hardtanh only in place" },
        { "dropout", x => nn.functional.dropout(x), "dropout with training: true draws random numbers" },
        { "elu in place", x => x.clone().elu_(0.5), "this version of TorchSharp ignores the call elu_(alpha)" },
        { "scaled elu", x => x.elu(1, 1, 2), "ONNX's Elu has no input_scale" },
        { "bits at opset 13", x => x.to(ScalarType.Int64) & 3,
            "it needs ONNX's BitwiseAnd, which opset 13 does not have" },
        { "biased variance of all", x => x.var(false),
            "this version of TorchSharp ignores unbiased: false in var over all elements" },
        { "aminmax of the last", x => x.aminmax(-1).max,
            "this version of TorchSharp's aminmax takes −1 for all dimensions" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Export_UnsupportedOperation_IsRefusedWithReason(
        string what, Func<Tensor, Tensor> function, string reason)
    {
        Assert.NotEmpty(what);
        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(new Lambda(function), rand(3, 4) + 1, new OnnxExportOptions { Opset = 13 }));

        Assert.Equal(reason, refusal.Problems[0].Reason);
    }
}
