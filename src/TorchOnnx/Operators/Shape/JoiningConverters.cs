using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>Several tensors joined to one.</summary>
internal static class JoiningConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(torch), "cat", context => Join(context, context.Integer("dim", 0)))
        .AddMethod(typeof(torch), "stack", Stack)
        .AddMethod(typeof(torch), "hstack", context => Join(context, context.OutputShape.Count == 1 ? 0 : 1, AtLeast(1)))
        .AddMethod(typeof(torch), "vstack", context => Join(context, 0, AtLeast(2)))
        .AddMethod(typeof(torch), "row_stack", context => Join(context, 0, AtLeast(2)))
        .AddMethod(typeof(torch), "dstack", context => Join(context, 2, AtLeast(3)))
        .AddMethod(typeof(torch), "column_stack", context => Join(context, 1, shape => shape.Count switch
        {
            0 => [1, 1],
            1 => [shape[0], 1],
            _ => shape,
        }));

    private static GraphValue Join(
        ConversionContext context, long dim, Func<IReadOnlyList<Dimension>, IReadOnlyList<Dimension>>? shaped = null)
    {
        int rank = context.OutputShape.Count;
        return context.Concat(
            [.. from value in context.Tensors("tensors")
                // torch leaves out what is empty and of one dimension, whatever the others are.
                where rank == 1 || value.Shape is not [{ IsDynamic: false, Size: 0 }]
                let cast = context.Cast(value, context.OutputType)
                let shape = shaped?.Invoke(value.Shape!) ?? value.Shape!
                select shape.Count == value.Shape!.Count ? cast : context.Reshape(cast, value.Shape!, shape)],
            Axes.FromFront(dim, rank));
    }

    private static GraphValue Stack(ConversionContext context)
    {
        int axis = Axes.FromFront(context.Integer("dim", 0), context.OutputShape.Count);
        return context.Concat(
            [.. context.Tensors("tensors").Select(
                value => context.Unsqueeze(context.Cast(value, context.OutputType), axis))],
            axis);
    }

    // A vector becomes a row, and the row of a stack of matrices: [n] is [1, n] and [1, n, 1].
    private static Func<IReadOnlyList<Dimension>, IReadOnlyList<Dimension>> AtLeast(int rank) =>
        shape => (rank, shape.Count) switch
        {
            (1, 0) => [1],
            (2, 0) => [1, 1],
            (2, 1) => [1, shape[0]],
            (3, 0) => [1, 1, 1],
            (3, 1) => [1, shape[0], 1],
            (3, 2) => [shape[0], shape[1], 1],
            _ => shape,
        };
}
