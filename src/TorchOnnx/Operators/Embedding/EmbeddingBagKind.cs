using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>
/// Contains the hyperparameters of an EmbeddingBag that TorchSharp does not expose. They are derived from the module's
/// results for small bags.
/// </summary>
/// <param name="Table">The rows, rescaled to max_norm.</param>
/// <param name="Mode">The reduction over a bag.</param>
/// <param name="PaddingIndex">The ignored index, or <see langword="null"/> if no index is ignored.</param>
internal sealed record EmbeddingBagKind(torch.Tensor Table, EmbeddingBagMode Mode, long? PaddingIndex)
{
    public static EmbeddingBagKind Of(EmbeddingBag module)
    {
        using var noGrad = torch.no_grad();
        var weight = module.weight!;
        // With max_norm, forward overwrites the rows that it reads with rescaled ones. They are restored below.
        using var saved = weight.detach().clone();
        // A bag of one row gives that row in every mode, or zeros for the padding index.
        var table = Call(module, torch.arange(weight.shape[0], torch.ScalarType.Int64, weight.device).unsqueeze(1));
        var isEmpty = table.eq(0).all(1);
        var (filled, empty) = (Indices(isEmpty.logical_not()), Indices(isEmpty));
        var kind = filled.shape[0] == 0 ? new(table, EmbeddingBagMode.Sum, null) : Of(module, table, filled, empty);
        weight.copy_(saved);
        return kind;
    }

    // Tries bags of two rows: each nonzero row with another one, each nonzero row with itself, and each zero row with
    // the row that has the smallest element.
    private static EmbeddingBagKind Of(EmbeddingBag module, torch.Tensor table, torch.Tensor filled, torch.Tensor empty)
    {
        var least = filled[table.index_select(0, filled).amin([1]).argmin()].expand(empty.shape[0]);
        var first = torch.cat([filled, filled, least], 0);
        var second = torch.cat([filled.roll(1), filled, empty], 0);
        var given = Call(module, torch.stack([first, second], 1));
        var (left, right) = (table.index_select(0, first), table.index_select(0, second));
        (EmbeddingBagMode Mode, torch.Tensor Result)[] candidates =
        [
            (EmbeddingBagMode.Sum, left + right),
            (EmbeddingBagMode.Mean, (left + right) / 2),
            (EmbeddingBagMode.Max, torch.maximum(left, right)),
        ];
        // Bags with the padding index may fit no mode, so take the mode that fits most bags.
        var mode = candidates.MaxBy(candidate => Fits(candidate.Result, given).sum().item<long>()).Mode;
        var alone = Indices(Fits(left, given).narrow(0, 2 * filled.shape[0], empty.shape[0]));
        return new(
            table, mode,
            mode == EmbeddingBagMode.Sum || alone.shape[0] == 0 ? null : empty[alone[0]].item<long>());
    }

    // With include_last_offset the module drops the last bag, so pass one more.
    private static torch.Tensor Call(EmbeddingBag module, torch.Tensor bags) =>
        module.call(torch.cat([bags, bags.narrow(0, 0, 1)], 0)).narrow(0, 0, bags.shape[0]);

    private static torch.Tensor Fits(torch.Tensor result, torch.Tensor given) => torch.isclose(result, given).all(1);

    private static torch.Tensor Indices(torch.Tensor flags) => flags.nonzero().flatten();
}
