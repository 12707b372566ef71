using System.Collections;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Contains the arguments of a module's <c>forward</c>: tensors, collections and objects that hold tensors, and other
/// values, which become constants of the graph.
/// </summary>
internal sealed class ModelInputs(IReadOnlyList<object?> arguments)
{
    public IReadOnlyList<object?> Arguments { get; } = arguments;

    /// <summary>Gets the tensors in the arguments, with collections and objects flattened.</summary>
    public IReadOnlyList<torch.Tensor> Tensors { get; } = [.. arguments.SelectMany(Flatten)];

    /// <summary>Returns the same arguments with other tensors.</summary>
    /// <exception cref="ArgumentException">An argument is a collection that cannot be copied.</exception>
    public ModelInputs With(IEnumerable<torch.Tensor> tensors)
    {
        using var next = tensors.GetEnumerator();
        return new([.. Arguments.Select(argument => new Copier(next).Replace(argument))]);
    }

    /// <summary>
    /// Returns the tensors in a value, except the invalid ones that TorchSharp returns for missing optional results.
    /// </summary>
    public static IEnumerable<torch.Tensor> Flatten(object? value) =>
        FlattenAll(value).Where(tensor => !tensor.IsInvalid);

    /// <summary>Returns the tensors in a value, including invalid and disposed ones.</summary>
    public static IEnumerable<torch.Tensor> FlattenAll(object? value) =>
        FlattenAll(value, new(ReferenceEqualityComparer.Instance));

    // An object may refer to itself.
    private static IEnumerable<torch.Tensor> FlattenAll(object? value, HashSet<object> outer)
    {
        if (value is torch.Tensor tensor) return [tensor];
        IEnumerable<object?> parts = value switch
        {
            string => [],
            ITuple tuple => Enumerable.Range(0, tuple.Length).Select(index => tuple[index]),
            IDictionary map => map.Values.Cast<object?>(),
            IEnumerable list => list.Cast<object?>(),
            _ when TensorObject.Is(value) =>
                TensorObject.Fields(value!.GetType()).Select(field => field.GetValue(value)),
            _ => [],
        };
        if (value is null or ValueType) return parts.SelectMany(part => FlattenAll(part, outer));
        return outer.Add(value) ? [.. parts.SelectMany(part => FlattenAll(part, outer))] : [];
    }

    // Copies collections and objects, because forward may change them.
    private sealed class Copier(IEnumerator<torch.Tensor> next)
    {
        private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

        public object? Replace(object? value) => value switch
        {
            torch.Tensor { IsInvalid: false } => next.MoveNext() ? next.Current : null,
            ITuple tuple => Activator.CreateInstance(
                value.GetType(), [.. Enumerable.Range(0, tuple.Length).Select(index => Replace(tuple[index]))]),
            _ when value is not null && _copies.TryGetValue(value, out object? known) => known,
            Array array when !array.GetType().GetElementType()!.IsPrimitive => Fill(array, (Array)array.Clone()),
            IDictionary map => Fill(map, EmptyLike(map)),
            IList { IsReadOnly: false, IsFixedSize: false } list => Fill(list, (IList)Create(list.GetType())),
            IEnumerable<torch.Tensor> tensors => tensors.Select(item => (torch.Tensor)Replace(item)!).ToList(),
            not IEnumerable when TensorObject.Is(value) => Fill(value!),
            _ => value,
        };

        private Array Fill(Array from, Array copy)
        {
            _copies[from] = copy;
            for (int index = 0; index < copy.Length; index++) copy.SetValue(Replace(from.GetValue(index)), index);
            return copy;
        }

        private IDictionary Fill(IDictionary from, IDictionary copy)
        {
            _copies[from] = copy;
            foreach (DictionaryEntry entry in from) copy[entry.Key] = Replace(entry.Value);
            return copy;
        }

        private IList Fill(IList from, IList copy)
        {
            _copies[from] = copy;
            foreach (object? item in from) copy.Add(Replace(item));
            return copy;
        }

        private object Fill(object from)
        {
            object copy = _copies[from] = TensorObject.Clone(from);
            foreach (var field in TensorObject.Fields(from.GetType()))
            {
                field.SetValue(copy, Replace(field.GetValue(from)));
            }
            return copy;
        }
    }

    private static IDictionary EmptyLike(IDictionary map) =>
        (IDictionary)(map.GetType().GetProperty("Comparer")?.GetValue(map) is { } comparer
            ? Create(map.GetType(), comparer)
            : Create(map.GetType()));

    private static object Create(Type type, params object[] arguments)
    {
        try
        {
            return Activator.CreateInstance(type, arguments)!;
        }
        catch (MissingMethodException)
        {
            throw new ArgumentException(
                $"The example contains a {type.Name}, which cannot be copied. Pass a Dictionary or a List.");
        }
    }
}
