using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Rows of a table by index.</summary>
internal static class EmbeddingConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<Embedding>(Convert);

    private static GraphValue Convert(Embedding module, ConversionContext context) =>
        context.Add("Gather", [context.Parameter(module.weight!, Table(module)), context.Input]);

    // max_norm cannot be read from the module, and its forward scales the rows that it reads, in place. So the
    // table is what forward returns for all indices, and the module gets its own rows back.
    private static torch.Tensor Table(Embedding module)
    {
        using var saved = module.weight!.detach().clone();
        var table = module.call(torch.arange(module.weight.shape[0], device: module.weight.device));
        module.weight.copy_(saved);
        return table;
    }
}
