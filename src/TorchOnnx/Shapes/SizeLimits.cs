using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>
/// Finds calls that keep at most a constant number of elements, such as a slice of the first 512 tokens.
/// </summary>
internal static class SizeLimits
{
    /// <summary>
    /// Returns the dynamic sizes that a call limits, each with the largest number of elements that remain.
    /// </summary>
    public static IEnumerable<(Dimension Size, long Limit)> Of(RecordedCall call)
    {
        if (call.Arguments is not [{ Value: RecordedValue tensor }, ..]) return [];
        var limits = call.Method.Name switch
        {
            "get_TensorItems" or "index" => OfIndices(call, tensor),
            "slice" => [(Axis(Number(call, "dim") ?? 0), Number(call, "finish"))],
            "split" => [(Axis(Number(call, "dim") ?? 0), Number(call, "size"))],
            _ => [],
        };
        return from limit in limits
               where limit.Limit is > 0 and < int.MaxValue
               let size = tensor.Dimensions[limit.Axis]
               where size.IsDynamic
               select (size, limit.Limit!.Value);

        int Axis(long dimension) => (int)(dimension < 0 ? dimension + tensor.Dimensions.Count : dimension);
    }

    private static IEnumerable<(int Axis, long? Limit)> OfIndices(RecordedCall call, RecordedValue tensor)
    {
        var indices = call.Arguments.Skip(1).SelectMany(argument => Indices(argument.Value)).ToList();
        int axis = 0;
        foreach (var index in indices)
        {
            if (index.Kind == IndexKind.Slice) yield return (axis, Fixed(index.Stop));
            axis += index.Kind switch
            {
                IndexKind.NewAxis or IndexKind.Bool => 0,
                IndexKind.Ellipsis => tensor.Dimensions.Count - indices.Sum(other => Axes(other)),
                _ => Axes(index),
            };
        }
    }

    private static IEnumerable<RecordedIndex> Indices(object? value) => value switch
    {
        RecordedIndex index => [index],
        IReadOnlyList<object?> list => list.SelectMany(Indices),
        _ => [],
    };

    // A mask selects from as many axes as it has dimensions.
    private static int Axes(RecordedIndex index) => index switch
    {
        { Kind: IndexKind.NewAxis or IndexKind.Ellipsis or IndexKind.Bool } => 0,
        { Tensor: { Type: TorchSharp.torch.ScalarType.Bool } flags } => flags.Shape.Length,
        _ => 1,
    };

    private static long? Number(RecordedCall call, string name) =>
        call.Arguments.FirstOrDefault(argument => argument.Name == name)?.Value is Dimension size ? Fixed(size) : null;

    private static long? Fixed(Dimension? size) => size is { IsDynamic: false } known ? known.Size : null;
}
