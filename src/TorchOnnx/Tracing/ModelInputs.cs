using System.Collections;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Contains the arguments of a module's <c>forward</c>: tensors, tuples, arrays and lists of tensors, and other values,
/// which become constants of the graph.
/// </summary>
internal sealed class ModelInputs(IReadOnlyList<object?> arguments)
{
    public IReadOnlyList<object?> Arguments { get; } = arguments;

    /// <summary>Gets the tensors in the arguments, with tuples and lists flattened.</summary>
    public IReadOnlyList<torch.Tensor> Tensors { get; } = [.. arguments.SelectMany(Flatten)];

    /// <summary>Returns the same arguments with other tensors.</summary>
    public ModelInputs With(IEnumerable<torch.Tensor> tensors)
    {
        using var next = tensors.GetEnumerator();
        return new([.. Arguments.Select(argument => Replace(argument, next))]);
    }

    /// <summary>
    /// Returns the tensors in a value, without those that TorchSharp left invalid in a tuple of optional results.
    /// </summary>
    public static IEnumerable<torch.Tensor> Flatten(object? value) =>
        FlattenAll(value).Where(tensor => !tensor.IsInvalid);

    /// <summary>Returns the tensors in a value, including invalid and disposed ones.</summary>
    public static IEnumerable<torch.Tensor> FlattenAll(object? value) => value switch
    {
        torch.Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(index => FlattenAll(tuple[index])),
        IDictionary map => map.Values.Cast<object?>().SelectMany(FlattenAll),
        IEnumerable<torch.Tensor> list => list,
        IEnumerable and not string and not IDictionary => ((IEnumerable)value).Cast<object?>().SelectMany(FlattenAll),
        _ => [],
    };

    private static object? Replace(object? value, IEnumerator<torch.Tensor> next) => value switch
    {
        torch.Tensor => next.MoveNext() ? next.Current : null,
        ITuple tuple => Activator.CreateInstance(
            value.GetType(), [.. Enumerable.Range(0, tuple.Length).Select(index => Replace(tuple[index], next))]),
        torch.Tensor[] array => array.Select(item => (torch.Tensor)Replace(item, next)!).ToArray(),
        IEnumerable<torch.Tensor> list => list.Select(item => (torch.Tensor)Replace(item, next)!).ToList(),
        _ => value,
    };
}
