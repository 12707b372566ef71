using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Operations;

public sealed class RefusedOperationTests
{
    public static TheoryData<string, Func<Tensor, Tensor>, string> Refused => new()
    {
        { "nonzero", x => x.nonzero(), "how many elements it gives or takes depends on the elements of the input" },
        { "masked_select", x => x.masked_select(ones_like(x, dtype: ScalarType.Bool)),
            "how many elements it gives or takes depends on the elements of the input" },
        { "unique", x => x.unique().output, "how many elements it gives or takes depends on the elements of the input" },
        { "a mask as an index", x => x[ones_like(x, dtype: ScalarType.Bool)],
            "a mask selects elements, so the shape of the result depends on the elements of the mask" },
        { "a mask that is written to", x =>
            {
                var y = x.add(0);
                y[ones_like(x, dtype: ScalarType.Bool)] = x.flatten();
                return y;
            },
            "a mask selects the elements that are written, and how many they are depends on the elements of the mask" },
        { "a flag as an index", x => x.index(TensorIndex.Bool(true)), "a flag in the place of an index is not written" },
        { "repeats in a tensor", x => x.repeat_interleave(tensor(new long[] { 1, 2, 1, 0 }), 1),
            "how often each element is repeated is in a tensor, so the shape of the result depends on its elements" },
        { "randn_like", x => x.randn_like(), "it draws random numbers" },
        { "as_strided", x => x.as_strided([2, 2], [1, 1]),
            "it looks at how elements lie in memory, which a graph does not say" },
        { "kthvalue", x => x.kthvalue(2, 1).values, "ONNX has no operator for it" },
        { "squeeze of an open dimension", x => x.squeeze(0),
            "it squeezes a dynamic dimension, which would go away at a size of 1" },
        { "singular values", x => linalg.matrix_norm(x, 2.0),
            "this norm of matrices is made of singular values, which ONNX has no operator for" },
        { "one_hot without classes", x => nn.functional.one_hot(x.argsort(1)),
            "without num_classes the number of classes depends on the elements of the input" },
        { "scatter_add at opset 13", x => x.scatter_add(1, ones_like(x, dtype: int64), x),
            "adding at indices is written from operator set 16 on" },
        { "fold at opset 13", x => nn.functional.fold(x.unsqueeze(-1), (2, 2), (2, 2)),
            "fold is written from operator set 18 on" },
        { "grid_sample at opset 13", x => nn.functional.grid_sample(x.reshape(-1, 1, 2, 2), zeros(x.shape[0], 1, 1, 2)),
            "sampling at a grid is written from operator set 16 on" },
        { "dropped attention", x => nn.functional.scaled_dot_product_attention(x, x, x, p: 0.5),
            "it drops weights at random in eval mode too, because p is not 0" },
        { "batch_norm in training", x => nn.functional.batch_norm(x, zeros(4), ones(4), training: true),
            "it normalises by the batch at hand, so a row's result depends on the others" },
        { "adaptive pooling of an open size", x => nn.functional.adaptive_avg_pool1d(x.flatten().reshape(1, 1, -1), 2),
            "the input has a dynamic size where it is pooled, so the windows would differ from size to size" },
        { "indices of uneven windows", x => nn.functional.adaptive_max_pool1d_with_indices(x.unsqueeze(1), 3).Indices,
            "an input of [4] is not a multiple of the output, and the indices of maxima in windows of several sizes "
                + "are not written" },
        { "negative reflection", x => nn.functional.pad(x, (-1, 1), PaddingModes.Reflect),
            "negative padding [-1, 1] by reflect is not written" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Export_WhatOnnxCannotSay_IsRefusedByName(string what, Func<Tensor, Tensor> function, string reason)
    {
        Assert.NotEmpty(what);
        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(new Lambda(function), rand(3, 4) + 1, new OnnxExportOptions { Opset = 13 }));

        Assert.Equal(reason, refusal.Problems[0].Reason);
    }
}
