using System.Collections;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// What a forward is called with: tensors, tuples, arrays and lists of tensors, and values of any other kind, which
/// are part of the code as far as the graph is concerned.
/// </summary>
internal sealed class ModelInputs(IReadOnlyList<object?> arguments)
{
    public IReadOnlyList<object?> Arguments { get; } = arguments;

    /// <summary>The tensors in the order of the arguments, tuples and lists flattened.</summary>
    public IReadOnlyList<torch.Tensor> Tensors { get; } = [.. arguments.SelectMany(Flatten)];

    /// <summary>The same with other tensors in the places of these.</summary>
    public ModelInputs With(IEnumerable<torch.Tensor> tensors)
    {
        using var next = tensors.GetEnumerator();
        return new([.. Arguments.Select(argument => Replace(argument, next))]);
    }

    /// <summary>
    /// The tensors in a value, or none where it is something else. A tuple may hold a tensor without elements or type in
    /// the place of what was not asked for; that is none.
    /// </summary>
    public static IEnumerable<torch.Tensor> Flatten(object? value) => FlattenAll(value).Where(tensor => !tensor.IsInvalid);

    /// <summary>The tensors in a value, those that were disposed or never filled among them.</summary>
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
