namespace TorchOnnx.Operators;

/// <summary>Refuses the operations that ONNX cannot express, each with its reason.</summary>
internal static class RefusedConverters
{
    public static IReadOnlyList<GraphValue> DataDependentShape(ConversionContext context) => throw context.Refuse(
        "the number of elements it selects depends on the values of the input",
        "Keep the shape: use torch.where(mask, x, other), or multiply by the mask");

    public static IReadOnlyList<GraphValue> RandomNumbers(ConversionContext context) => throw context.Refuse(
        "it draws random numbers", "Draw them outside the module and pass them as an input");

    public static IReadOnlyList<GraphValue> MemoryLayout(ConversionContext context) => throw context.Refuse(
        "its result depends on the memory layout, which a graph does not have",
        "Use reshape, permute, unfold or indices");

    public static IReadOnlyList<GraphValue> NoOperator(ConversionContext context) =>
        throw context.Refuse("ONNX has no operator for it", "Use sort or topk");

    public static GraphValue RandomWindows(ConversionContext context) => throw context.Refuse(
        "it draws its windows at random, in eval mode too", "Use adaptive pooling, or max or average pooling");
}
