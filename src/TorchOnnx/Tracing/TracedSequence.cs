using System.Collections;
using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Runs an iterator of user code as a rewritten copy when code of .NET enumerates it.</summary>
internal static class TracedSequence
{
    private static readonly MethodInfo MoveNext =
        typeof(IEnumerator).GetMethod(nameof(IEnumerator.MoveNext))!;

    /// <summary>Returns a sequence with the same elements, or any other argument unchanged.</summary>
    public static object? Wrap(object? argument, RewrittenCode code)
    {
        if (argument is not IEnumerable or ICollection || !CodeOrigin.IsUsers(argument.GetType())) return argument;
        var sequences = argument.GetType().GetInterfaces().Where(type =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return sequences.ToList() is [var sequence]
            ? Activator.CreateInstance(
                typeof(Sequence<>).MakeGenericType(sequence.GetGenericArguments()), argument, code)
            : argument;
    }

    private sealed class Sequence<T>(IEnumerable<T> inner, RewrittenCode code) : IEnumerable<T>
    {
        public IEnumerator<T> GetEnumerator()
        {
            using var items = inner.GetEnumerator();
            if (items.GetType().IsValueType || !CodeOrigin.IsUsers(items.GetType()))
            {
                while (items.MoveNext()) yield return items.Current;
                yield break;
            }
            var moveNext = code.EntryOf(code.OverrideOf(items, MoveNext)).CreateDelegate<Func<bool>>(items);
            while (moveNext()) yield return items.Current;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
