using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Calls = System.Collections.Generic.Dictionary<
    string, System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>>;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>A typical call of each method that has a converter, by the name in the table.</summary>
internal static class MethodSamples
{
    private static readonly Calls OfMatrices = new()
    {
        ["abs"] = x => x.abs(), ["neg"] = x => x.neg(), ["sign"] = x => x.sign(), ["sgn"] = x => x.sgn(),
        ["reciprocal"] = x => x.reciprocal(), ["sqrt"] = x => x.sqrt(), ["exp"] = x => x.exp(),
        ["log"] = x => x.log(), ["erf"] = x => x.erf(), ["special.erf"] = special.erf, ["sigmoid"] = x => x.sigmoid(),
        ["special.expit"] = special.expit, ["sin"] = x => x.sin(), ["cos"] = x => x.cos(), ["tan"] = x => x.tan(),
        ["asin"] = x => x.asin(), ["acos"] = x => x.acos(), ["atan"] = x => x.atan(), ["sinh"] = x => x.sinh(),
        ["cosh"] = x => x.cosh(), ["tanh"] = x => x.tanh(), ["arcsinh"] = x => x.arcsinh(),
        ["arccosh"] = x => x.arccosh(), ["arctanh"] = x => x.arctanh(), ["rsqrt"] = x => x.rsqrt(),
        ["exp2"] = x => x.exp2(), ["special.exp2"] = special.exp2, ["expm1"] = x => x.expm1(),
        ["special.expm1"] = special.expm1, ["log1p"] = x => x.log1p(), ["log2"] = x => x.log2(),
        ["log10"] = x => x.log10(), ["erfc"] = x => x.erfc(), ["special.erfc"] = special.erfc,
        ["special.ndtr"] = special.ndtr, ["special.entr"] = special.entr, ["deg2rad"] = x => x.deg2rad(),
        ["rad2deg"] = x => x.rad2deg(), ["sinc"] = x => x.sinc(), ["special.sinc"] = special.sinc,
        ["logit"] = x => x.logit(), ["special.logit"] = x => special.logit(x), ["floor"] = x => x.floor(),
        ["ceil"] = x => x.ceil(), ["trunc"] = x => x.trunc(), ["frac"] = x => x.frac(), ["round"] = x => x.round(),
        ["alias"] = x => x.alias(), ["clone"] = x => x.clone(), ["contiguous"] = x => x.contiguous(),
        ["detach"] = x => x.detach(), ["positive"] = x => x.positive(), ["cpu"] = x => x.cpu(), ["cuda"] = x => x,
        ["mps"] = x => x, ["pin_memory"] = x => x, ["conj"] = x => x.conj(),
        ["conj_physical"] = x => x.conj_physical(), ["resolve_conj"] = x => x.resolve_conj(),
        ["resolve_neg"] = x => x.resolve_neg(), ["to"] = x => x.to(ScalarType.Float64),
        ["to_type"] = x => x.to_type(ScalarType.Float64),

        ["relu"] = x => x.relu(), ["relu6"] = x => x.relu6(), ["hardtanh"] = x => x.clone().hardtanh_(-1, 1),
        ["leaky_relu"] = x => x.leaky_relu(0.1), ["rrelu"] = x => x.rrelu(0.1, 0.3),
        ["threshold"] = x => x.threshold(0.1, 2), ["prelu"] = x => x.prelu(ones(1)),
        ["hardsigmoid"] = x => x.hardsigmoid(), ["hardswish"] = x => x.hardswish(),
        ["functional.hardshrink"] = x => functional.hardshrink(x),
        ["functional.softshrink"] = x => functional.softshrink(x), ["elu"] = x => functional.elu(x, 1),
        ["celu"] = x => x.celu(), ["selu"] = x => x.selu(), ["softplus"] = x => functional.softplus(x),
        ["log_sigmoid"] = x => x.log_sigmoid(), ["silu"] = x => x.silu(), ["gelu"] = x => functional.gelu(x),
        ["glu"] = x => x.glu(1), ["special.softmax"] = x => special.softmax(x, 1),
        ["special.log_softmax"] = x => special.log_softmax(x, 1),

        ["add"] = x => x + x, ["sub"] = x => x - x, ["mul"] = x => x * x, ["div"] = x => x / x,
        ["true_divide"] = x => x.true_divide(x), ["floor_divide"] = x => x.floor_divide(x),
        ["remainder"] = x => x % x, ["fmod"] = x => x.fmod(x), ["pow"] = x => x.pow(2),
        ["float_power"] = x => x.float_power(x), ["ldexp"] = x => x.ldexp(x), ["addcmul"] = x => x.addcmul(x, x, 1),
        ["addcdiv"] = x => x.addcdiv(x, x, 1), ["lerp"] = x => x.lerp(x, x), ["atan2"] = x => x.atan2(x),
        ["hypot"] = x => x.hypot(x), ["logaddexp"] = x => x.logaddexp(x), ["xlogy"] = x => x.xlogy(x),
        ["special.xlog1py"] = x => special.xlog1py(x, x), ["eq"] = x => x.eq(x), ["ne"] = x => x.ne(x),
        ["lt"] = x => x.lt(x), ["le"] = x => x.le(x), ["gt"] = x => x.gt(x), ["ge"] = x => x.ge(x),
        ["isnan"] = x => x.isnan(), ["isinf"] = x => x.isinf(), ["isposinf"] = x => x.isposinf(),
        ["isneginf"] = x => x.isneginf(), ["isfinite"] = x => x.isfinite(), ["isclose"] = x => x.isclose(x),
        ["logical_and"] = x => x.logical_and(x), ["logical_or"] = x => x.logical_or(x),
        ["logical_xor"] = x => x.logical_xor(x), ["logical_not"] = x => x.logical_not(),
        ["bitwise_and"] = x => x.@bool().bitwise_and(x.@bool()),
        ["bitwise_or"] = x => x.@bool().bitwise_or(x.@bool()),
        ["bitwise_xor"] = x => x.@bool().bitwise_xor(x.@bool()), ["bitwise_not"] = x => x.@bool().bitwise_not(),
        ["where"] = x => where(x > 0, x, x), ["masked_fill"] = x => x.masked_fill(x > 0, 1),
        ["maximum"] = x => x.maximum(x), ["minimum"] = x => x.minimum(x), ["fmax"] = x => x.fmax(x),
        ["fmin"] = x => x.fmin(x), ["clamp"] = x => x.clamp(-1, 1), ["clamp_min"] = x => x.clamp_min(0),
        ["clamp_max"] = x => x.clamp_max(0), ["heaviside"] = x => x.heaviside(x),
        ["nan_to_num"] = x => x.nan_to_num(),

        ["sum"] = x => x.sum(1), ["mean"] = x => x.mean([1]), ["prod"] = x => x.prod(1), ["amax"] = x => x.amax([1]),
        ["amin"] = x => x.amin([1]), ["logsumexp"] = x => x.logsumexp(1), ["nansum"] = x => x.nansum(),
        ["all"] = x => x.all(1), ["any"] = x => x.any(1), ["count_nonzero"] = x => x.count_nonzero(),
        ["var"] = x => x.var(1), ["std"] = x => x.std(1), ["var_mean"] = x => x.var_mean(1).var,
        ["std_mean"] = x => x.std_mean(1).std, ["max"] = x => x.max(1).values, ["min"] = x => x.min(1).values,
        ["aminmax"] = x => x.aminmax(1).max, ["argmax"] = x => x.argmax(1), ["argmin"] = x => x.argmin(1),
        ["median"] = x => x.median(), ["topk"] = x => x.topk(2, 1).values, ["sort"] = x => x.sort(1).Values,
        ["argsort"] = x => x.argsort(1), ["msort"] = x => x.msort(), ["cumsum"] = x => x.cumsum(1),
        ["cumprod"] = x => x.cumprod(1), ["logcumsumexp"] = x => x.logcumsumexp(1),

        ["matmul"] = x => x.matmul(x.t()), ["mm"] = x => x.mm(x.t()), ["mv"] = x => mv(x, arange(4, dtype: float32)),
        ["dot"] = x => dot(x.flatten(), x.flatten()), ["vdot"] = x => vdot(x.flatten(), x.flatten()),
        ["outer"] = x => outer(x.@select(1, 0), ones(3)), ["inner"] = x => x.inner(x),
        ["addmm"] = x => x.addmm(x, ones(4, 4), 1, 1), ["addmv"] = x => addmv(ones(1), x, ones(4), 1, 1),
        ["addr"] = x => x.addr(x.@select(1, 0), ones(4), 1, 1), ["trace"] = x => x.mm(ones(4, 4)).t().mm(x).trace(),
        ["kron"] = x => x.kron(ones(2, 2)), ["tensordot"] = x => x.tensordot(ones(4, 2), [1], [0]),
        ["torch.einsum"] = x => einsum("ij,kj->ik", x, x),
        ["linalg.multi_dot"] = x => linalg.multi_dot([x, ones(4, 4), ones(4, 2)]),
        ["linalg.vecdot"] = x => linalg.vecdot(x, x),
        ["linalg.cross"] = x => linalg.cross(x.narrow(1, 0, 3), x.narrow(1, 1, 3)),
        ["functional.linear"] = x => functional.linear(x, ones(3, 4)),
        ["functional.bilinear"] = x => functional.bilinear(x, x, ones(2, 4, 4)), ["norm"] = x => x.norm(1),
        ["linalg.norm"] = x => linalg.norm(x, [1]), ["linalg.vector_norm"] = x => linalg.vector_norm(x, 2, [1]),
        ["linalg.matrix_norm"] = x => linalg.matrix_norm(x), ["dist"] = x => x.dist(x),
        ["torch.cdist"] = x => cdist(x, x),
        ["functional.pairwise_distance"] = x => functional.pairwise_distance(x, x),
        ["functional.normalize"] = x => functional.normalize(x),
        ["functional.cosine_similarity"] = x => functional.cosine_similarity(x, x),

        ["torch.zeros"] = x => zeros(x.shape[0], 2), ["torch.empty"] = x => empty(x.shape[0], 2).fill_(0),
        ["torch.ones"] = x => ones(x.shape[0], 2), ["torch.full"] = x => full(x.shape[0], 2, 3),
        ["zeros_like"] = x => zeros_like(x), ["empty_like"] = x => empty_like(x).fill_(0),
        ["ones_like"] = x => ones_like(x), ["full_like"] = x => full_like(x, 2), ["zero_"] = x => x.clone().zero_(),
        ["fill_"] = x => x.clone().fill_(1), ["copy_"] = x => x.clone().copy_(x),
        ["torch.arange"] = x => arange(x.shape[0]), ["torch.linspace"] = x => linspace(0, 1, x.shape[0]),
        ["torch.eye"] = x => eye(x.shape[0]), ["torch.tensor"] = x => tensor(x.shape[0]),
        ["(Tensor)number"] = x => (Tensor)x.shape[0], ["tril"] = x => x.tril(), ["triu"] = x => x.triu(),
        ["diag"] = x => x.sum([0]).diag(), ["diag_embed"] = x => x.diag_embed(),

        ["x[…]"] = x => x[TensorIndex.Colon, 1],
        ["x[…] = y"] = x => { var y = x.clone(); y[TensorIndex.Colon, 1] = 0f; return y; },
        ["index"] = x => x.index(TensorIndex.Colon, TensorIndex.Tensor(tensor([0L, 2]))),
        ["index_put_"] = x => x.clone().index_put_(x[0], tensor([1L])),
        ["index_select"] = x => x.index_select(1, tensor([0L, 2])), ["gather"] = x => x.gather(1, x.argsort(1)),
        ["take"] = x => x.take(tensor([0L, 2])), ["take_along_dim"] = x => x.take_along_dim(x.argsort(1), 1),
        ["functional.one_hot"] = x => functional.one_hot(x.argsort(1), 4),
        ["bucketize"] = x => x.bucketize(tensor([-1f, 1])),
        ["torch.searchsorted"] = x => searchsorted(tensor([-1f, 1]), x),
        ["scatter"] = x => x.scatter(1, x.argsort(1), x), ["scatter_add"] = x => x.scatter_add(1, x.argsort(1), x),
        ["index_add"] = x => x.index_add(1, tensor([1L]), x.narrow(1, 0, 1), 1),
        ["index_copy"] = x => x.index_copy(1, tensor([1L]), x.narrow(1, 0, 1)),
        ["index_fill"] = x => x.index_fill(1, tensor([1L]), 2),
        ["select_scatter"] = x => x.select_scatter(ones(x.shape[0]), 1, 0),
        ["slice_scatter"] = x => x.slice_scatter(x.narrow(1, 0, 2), 1, 0, 2, 1), ["slice"] = x => x.slice(1, 0, 2, 1),
        ["select"] = x => x.@select(1, 0), ["narrow"] = x => x.narrow(1, 0, 2), ["unfold"] = x => x.unfold(1, 2, 1),
        ["unbind"] = x => x.unbind(1)[0], ["split"] = x => x.split(2, 1)[0], ["chunk"] = x => x.chunk(2, 1)[0],
        ["tensor_split"] = x => x.tensor_split(2, 1)[0], ["hsplit"] = x => x.hsplit(2)[0],
        ["vsplit"] = x => x.t().vsplit(2)[0],

        ["view"] = x => x.view(-1, 2, 2), ["reshape"] = x => x.reshape(-1, 2, 2), ["flatten"] = x => x.flatten(),
        ["ravel"] = x => x.ravel(), ["unflatten"] = x => x.unflatten(1, 2, 2), ["atleast_1d"] = x => x.atleast_1d(),
        ["atleast_2d"] = x => x.atleast_2d(), ["atleast_3d"] = x => x.atleast_3d(),
        ["squeeze"] = x => x.narrow(1, 0, 1).squeeze(1), ["unsqueeze"] = x => x.unsqueeze(1),
        ["permute"] = x => x.permute(1, 0), ["transpose"] = x => x.transpose(0, 1), ["t"] = x => x.t(),
        ["mT"] = x => x.mT, ["mH"] = x => x.mH, ["adjoint"] = x => x.adjoint(),
        ["movedim"] = x => x.movedim([0], [1]), ["flip"] = x => x.flip(1), ["fliplr"] = x => x.fliplr(),
        ["flipud"] = x => x.flipud(), ["rot90"] = x => x.rot90(), ["roll"] = x => x.roll(1, 1),
        ["expand"] = x => x.unsqueeze(1).expand(-1, 3, -1),
        ["broadcast_to"] = x => x.narrow(1, 0, 1).broadcast_to(x.shape),
        ["torch.broadcast_tensors"] = x => broadcast_tensors(x, x.narrow(1, 0, 1))[1],
        ["repeat"] = x => x.repeat(1, 2), ["tile"] = x => x.tile([1, 2]),
        ["repeat_interleave"] = x => x.repeat_interleave(2, 1),
        ["torch.meshgrid"] = x => meshgrid([x.sum([1]), x.sum([0])], "ij")[0], ["torch.cat"] = x => cat([x, x], 1),
        ["torch.stack"] = x => stack([x, x], 1), ["torch.hstack"] = x => hstack(x, x),
        ["torch.vstack"] = x => vstack([x, x]), ["torch.row_stack"] = x => row_stack(x, x),
        ["torch.dstack"] = x => dstack(x, x), ["torch.column_stack"] = x => column_stack(x, x),
        ["functional.pad"] = x => functional.pad(x, (1, 1)),

        ["functional.batch_norm"] = x => functional.batch_norm(x, zeros(4), ones(4)),
        ["functional.layer_norm"] = x => functional.layer_norm(x, [4]),
        ["functional.dropout"] = x => functional.dropout(x, training: false),
        ["functional.alpha_dropout"] = x => functional.alpha_dropout(x),
        ["functional.feature_alpha_dropout"] = x => functional.feature_alpha_dropout(x),

        ["nonzero"] = x => x.nonzero(), ["argwhere"] = x => x.argwhere(),
        ["masked_select"] = x => x.masked_select(x > 0), ["masked_scatter"] = x => x.masked_scatter(x > 0, x),
        ["unique"] = x => x.unique().output, ["unique_consecutive"] = x => x.unique_consecutive().output,
        ["rand_like"] = x => rand_like(x), ["randn_like"] = x => randn_like(x),
        ["randint_like"] = x => randint_like(x, 0, 2), ["multinomial"] = x => x.abs().multinomial(1),
        ["as_strided"] = x => x.as_strided([2], [1]), ["set_"] = x => x.clone().set_(x),
        ["mode"] = x => x.mode(1).values, ["kthvalue"] = x => x.kthvalue(1, 1).values,
    };

    private static readonly Calls OfBatches = new()
    {
        ["functional.conv1d"] = x => functional.conv1d(x, ones(2, 4, 3)),
        ["functional.conv1d_padding"] = x => functional.conv1d_padding(x, ones(2, 4, 3), null, 1, Padding.Same),
        ["functional.conv_transpose1d"] = x => functional.conv_transpose1d(x, ones(4, 2, 3), null, 2),
        ["functional.max_pool1d"] = x => functional.max_pool1d(x, 2),
        ["functional.max_pool1d_with_indices"] = x => functional.max_pool1d_with_indices(x, 2).indices,
        ["functional.avg_pool1d"] = x => functional.avg_pool1d(x, 2),
        ["functional.lp_pool1d"] = x => functional.lp_pool1d(x, 2, 2),
        ["functional.adaptive_avg_pool1d"] = x => functional.adaptive_avg_pool1d(x, 2),
        ["functional.adaptive_max_pool1d"] = x => functional.adaptive_max_pool1d(x, 2),
        ["functional.adaptive_max_pool1d_with_indices"] = x =>
            functional.adaptive_max_pool1d_with_indices(x, 2).Indices,
        ["functional.dropout1d"] = x => functional.dropout1d(x, 0.5, false),
        ["functional.group_norm"] = x => functional.group_norm(x, 2),
        ["functional.instance_norm"] = x => functional.instance_norm(x),
        ["functional.upsample_nearest1d"] = x => functional.upsample_nearest1d(x, null, 2),
        ["functional.scaled_dot_product_attention"] = x => functional.scaled_dot_product_attention(x, x, x),
        ["bmm"] = x => x.bmm(x.mT), ["baddbmm"] = x => x.baddbmm(x.mT, x.bmm(x.mT), 1, 1),
        ["addbmm"] = x => addbmm(ones(4, 4), x, x.mT, 1, 1), ["dsplit"] = x => x.dsplit(2)[0],
        ["diagonal"] = x => x.diagonal(0, 1, 2),
        ["diagonal_scatter"] = x => x.diagonal_scatter(x.diagonal(0, 1, 2), 0, 1, 2),
        ["channel_shuffle"] = x => x.channel_shuffle(2),
        ["functional.affine_grid"] = x =>
            functional.affine_grid(x.narrow(1, 0, 2).narrow(2, 0, 3), [x.shape[0], 1, 3, 3], false),
    };

    private static readonly Calls OfImages = new()
    {
        ["functional.conv2d"] = x => functional.conv2d(x, ones(2, 8, 3, 3)),
        ["functional.conv2d_padding"] = x => functional.conv2d_padding(x, ones(2, 8, 3, 3), null, [1, 1], Padding.Same),
        ["functional.conv_transpose2d"] = x => functional.conv_transpose2d(x, ones(8, 2, 3, 3), null, [2, 2]),
        ["functional.max_pool2d"] = x => functional.max_pool2d(x, 2),
        ["functional.max_pool2d_with_indices"] = x => functional.max_pool2d_with_indices(x, [2, 2]).indices,
        ["functional.avg_pool2d"] = x => functional.avg_pool2d(x, 2),
        ["functional.lp_pool2d"] = x => functional.lp_pool2d(x, 2, 2),
        ["functional.adaptive_avg_pool2d"] = x => functional.adaptive_avg_pool2d(x, 2),
        ["functional.adaptive_max_pool2d"] = x => functional.adaptive_max_pool2d(x, [2, 2]),
        ["functional.adaptive_max_pool2d_with_indices"] = x =>
            functional.adaptive_max_pool2d_with_indices(x, [2, 2]).Indices,
        ["functional.dropout2d"] = x => functional.dropout2d(x, 0.5, false),
        ["functional.local_response_norm"] = x => functional.local_response_norm(x, 3),
        ["functional.interpolate"] = x => functional.interpolate(x, scale_factor: [2, 2]),
        ["functional.upsample_bilinear"] = x => functional.upsample_bilinear(x, scale_factor: [2, 2]),
        ["functional.upsample_nearest2d"] = x => functional.upsample_nearest2d(x, scaleFactors: [2, 2]),
        ["functional.grid_sample"] = x => functional.grid_sample(x, x.narrow(1, 0, 2).permute(0, 2, 3, 1)),
        ["functional.unfold"] = x => functional.unfold(x, (2, 2)),
        ["functional.fold"] = x => functional.fold(x.flatten(2).narrow(2, 0, 9), (4, 4), (2, 2)),
        ["functional.pixel_shuffle"] = x => functional.pixel_shuffle(x, 2),
        ["functional.pixel_unshuffle"] = x => functional.pixel_unshuffle(x, 2),
    };

    private static readonly Calls OfVolumes = new()
    {
        ["functional.conv3d"] = x => functional.conv3d(x, ones([2, 4, 3, 3, 3])),
        ["functional.conv3d_padding"] = x =>
            functional.conv3d_padding(x, ones([2, 4, 3, 3, 3]), null, [1, 1, 1], Padding.Same),
        ["functional.conv_transpose3d"] = x => functional.conv_transpose3d(x, ones([4, 2, 3, 3, 3]), null, [2, 2, 2]),
        ["functional.max_pool3d"] = x => functional.max_pool3d(x, [2, 2, 2]),
        ["functional.max_pool3d_with_indices"] = x => functional.max_pool3d_with_indices(x, [2, 2, 2]).indices,
        ["functional.avg_pool3d"] = x => functional.avg_pool3d(x, [2, 2, 2]),
        ["functional.adaptive_avg_pool3d"] = x => functional.adaptive_avg_pool3d(x, 2),
        ["functional.adaptive_max_pool3d"] = x => functional.adaptive_max_pool3d(x, [2, 2, 2]),
        ["functional.adaptive_max_pool3d_with_indices"] = x =>
            functional.adaptive_max_pool3d_with_indices(x, [2, 2, 2]).Indices,
        ["functional.dropout3d"] = x => functional.dropout3d(x, 0.5, false),
        ["functional.upsample_nearest3d"] = x => functional.upsample_nearest3d(x, scaleFactors: [2, 2, 2]),
    };

    public static IReadOnlyDictionary<string, Sample> All { get; } = new (long[] Shape, Calls Calls)[]
    {
        ([2, 4], OfMatrices), ([2, 4, 6], OfBatches), ([2, 8, 4, 4], OfImages), ([2, 4, 4, 4, 4], OfVolumes),
    }.SelectMany(group => group.Calls.Select(call => (call.Key, Sample: new Sample(call.Value, group.Shape))))
        .ToDictionary(entry => entry.Key, entry => entry.Sample);
}
