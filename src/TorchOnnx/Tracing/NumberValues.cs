using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TorchOnnx.Tracing;

/// <summary>Converts the arguments and results of calls to numbers, so that passes can be compared.</summary>
internal static class NumberValues
{
    // Longer lists aren't shapes.
    private const int MostElements = 256;

    private static readonly HashSet<Type> Numbers =
        [typeof(Half), typeof(BigInteger), typeof(Int128), typeof(UInt128), typeof(TimeSpan)];

    /// <summary>
    /// Returns a value that indicates whether values of a type are numbers, flags, strings or tuples.
    /// </summary>
    public static bool IsScalar(Type type)
    {
        var element = type.IsByRef ? type.GetElementType()! : type;
        return element.IsPrimitive || element.IsEnum || element == typeof(string) || element == typeof(decimal)
            || Numbers.Contains(element) || typeof(ITuple).IsAssignableFrom(element)
            || Nullable.GetUnderlyingType(element) is not null;
    }

    /// <summary>Returns a value as numbers: flags as 0 and 1, strings as hashes, and tuples flattened.</summary>
    public static IEnumerable<double> Scalars(object? value) => value switch
    {
        bool flag => [flag ? 1 : 0],
        char letter => [letter],
        string text => [HashOf(text)],
        Enum constant => [Convert.ToDouble(Convert.ToInt64(constant))],
        Half half => [(double)half],
        BigInteger big => [(double)big],
        Int128 wide => [(double)wide],
        UInt128 wide => [(double)wide],
        nint native => [native],
        TimeSpan time => [time.Ticks],
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            [Convert.ToDouble(value)],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(index => Scalars(tuple[index])),
        _ => [],
    };

    /// <summary>Returns the elements of a collection, or the keys of a dictionary.</summary>
    public static IEnumerable<double> Elements(object? value) => value switch
    {
        string => [],
        IDictionary map => Elements(map.Keys),
        ICollection { Count: > MostElements } => [],
        IEnumerable list and (ICollection or IEnumerable<long> or IEnumerable<int> or IEnumerable<string>)
            when IsMaterialized(list) => list.Cast<object?>().SelectMany(Scalars),
        _ => [],
    };

    /// <summary>
    /// Returns a value that indicates whether a sequence is a collection. Enumerating a lazy one may run user code.
    /// </summary>
    public static bool IsMaterialized(IEnumerable list) => list is ICollection || list.GetType().GetInterfaces().Any(
        type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ICollection<>));

    // The same string has the same number in all passes (FNV-1a, 52 bits).
    private static double HashOf(string text) =>
        text.Aggregate(14695981039346656037UL, (hash, letter) => (hash ^ letter) * 1099511628211UL) >> 12;
}
