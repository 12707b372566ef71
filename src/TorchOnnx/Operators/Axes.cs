namespace TorchOnnx.Operators;

/// <summary>Calculates axes and shapes.</summary>
internal static class Axes
{
    /// <summary>
    /// Returns the non-negative index of an axis, where −1 is the last of <paramref name="rank"/> axes.
    /// </summary>
    public static int FromFront(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Returns <paramref name="count"/> consecutive axes; none if the count is negative.</summary>
    public static long[] Range(int first, int count) =>
        [.. Enumerable.Range(first, Math.Max(count, 0)).Select(axis => (long)axis)];

    /// <summary>Returns the number of elements of a shape.</summary>
    public static Dimension Count(IEnumerable<Dimension> shape) =>
        shape.Aggregate((Dimension)1, (product, size) => product * size);

    /// <summary>Returns the shape that two shapes broadcast to.</summary>
    public static IReadOnlyList<Dimension> Broadcast(IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right)
    {
        int rank = Math.Max(left.Count, right.Count);
        return [.. Enumerable.Range(0, rank).Select(
            axis => Size(left, axis) == 1 ? Size(right, axis) : Size(left, axis))];

        Dimension Size(IReadOnlyList<Dimension> shape, int axis) =>
            axis < rank - shape.Count ? 1 : shape[axis - rank + shape.Count];
    }
}
