namespace TorchOnnx.Operators;

/// <summary>Converters that join several tensors.</summary>
internal static class ConcatConverters
{
    public static GraphValue Cat(ConversionContext context) => Join(context, context.Integer("dim", 0), shape => shape);

    public static GraphValue Stack(ConversionContext context)
    {
        int axis = Axes.FromFront(context.Integer("dim", 0), context.OutputShape.Count);
        return context.Concat(
            [.. context.Tensors("tensors").Select(
                value => context.Unsqueeze(context.Cast(value, context.OutputType), axis))],
            axis);
    }

    public static GraphValue HStack(ConversionContext context) =>
        Join(context, context.OutputShape.Count == 1 ? 0 : 1, shape => shape.Count == 0 ? [1] : shape);

    public static GraphValue VStack(ConversionContext context) => Join(context, 0, shape => shape.Count switch
    {
        0 => [1, 1],
        1 => [1, shape[0]],
        _ => shape,
    });

    public static GraphValue DStack(ConversionContext context) => Join(context, 2, shape => shape.Count switch
    {
        0 => [1, 1, 1],
        1 => [1, shape[0], 1],
        2 => [shape[0], shape[1], 1],
        _ => shape,
    });

    public static GraphValue ColumnStack(ConversionContext context) => Join(context, 1, shape => shape.Count switch
    {
        0 => [1, 1],
        1 => [shape[0], 1],
        _ => shape,
    });

    private static GraphValue Join(
        ConversionContext context, long dim, Func<IReadOnlyList<Dimension>, IReadOnlyList<Dimension>> reshape)
    {
        int rank = context.OutputShape.Count;
        return context.Concat(
            [.. from value in context.Tensors("tensors")
                // torch skips empty vectors, whatever the rank of the others.
                where rank == 1 || value.Shape is not [{ IsDynamic: false, Size: 0 }]
                let cast = context.Cast(value, context.OutputType)
                let shape = reshape(value.Shape!)
                select shape.Count == value.Shape!.Count ? cast : context.Reshape(cast, value.Shape!, shape)],
            Axes.FromFront(dim, rank));
    }
}
