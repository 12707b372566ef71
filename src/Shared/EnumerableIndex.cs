#if !NET9_0_OR_GREATER
namespace System.Linq;

/// <summary>Adds a method of .NET 9 to .NET 8.</summary>
internal static class EnumerableIndex
{
    /// <summary>Returns each element with its index.</summary>
    public static IEnumerable<(int Index, T Item)> Index<T>(this IEnumerable<T> source) =>
        source.Select((item, index) => (index, item));
}
#endif
