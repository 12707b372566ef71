using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Operations that no graph can give, each with its reason.</summary>
internal static class UnsupportedConverters
{
    private static readonly string[] DataDependent =
        ["nonzero", "argwhere", "masked_select", "masked_scatter", "unique", "unique_consecutive"];

    private static readonly string[] Random = ["rand_like", "randn_like", "randint_like", "multinomial"];

    public static void AddTo(ConverterRegistry registry)
    {
        foreach (string name in DataDependent)
            Refuse(registry, name,
                "how many elements it gives or takes depends on the elements of the input",
                "Keep the shape: torch.where(mask, x, other), or multiply by the mask");
        foreach (string name in Random)
            Refuse(registry, name, "it draws random numbers", "Draw them outside and hand them in as an input");
        foreach (string name in (string[])["as_strided", "set_"])
            Refuse(registry, name,
                "it looks at how elements lie in memory, which a graph does not say",
                "Use reshape, permute, unfold or indices");
        foreach (string name in (string[])["mode", "kthvalue"])
            Refuse(registry, name, "ONNX has no operator for it", "Use sort or topk");
    }

    private static void Refuse(ConverterRegistry registry, string name, string reason, string remedy) =>
        registry.AddMultipleMethod(typeof(Tensor), name, context => throw context.Refuse(reason, remedy));
}
