using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Converts arguments to the values of a <see cref="RecordedArgument"/>.</summary>
internal sealed class ArgumentReader(Func<torch.Tensor, RecordedValue> use)
{
    private static readonly FieldInfo[] IndexFields =
        [.. new[] { "kind", "startIndexOrBoolOrSingle", "stopIndex", "step", "tensor" }.Select(name =>
            typeof(torch.TensorIndex).GetField(
                name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!)];

    public IReadOnlyList<RecordedArgument> Read(CallSite site, MethodBase target, object?[] arguments)
    {
        var names = target.GetParameters().Select(parameter => parameter.Name ?? "");
        if (site.HasThis) names = names.Prepend("this");
        return [.. names.Zip(arguments, (name, value) => new RecordedArgument(name, Read(value)))];
    }

    /// <summary>Returns the properties of a loss, which are arguments of the function.</summary>
    public IEnumerable<RecordedArgument> ReadProperties(torch.nn.Module loss) =>
        from property in loss.GetType().GetProperties(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        where property.DeclaringType!.Name.Contains("Loss", StringComparison.Ordinal)
        select new RecordedArgument(property.Name, Read(property.GetValue(loss)));

    /// <summary>Returns the tensors in an argument, including those in tuples, lists and indices.</summary>
    public static IEnumerable<torch.Tensor> Tensors(object? value) => value switch
    {
        torch.Tensor tensor => [tensor],
        torch.TensorIndex index => IndexFields[4].GetValue(index) is torch.Tensor tensor ? [tensor] : [],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(place => Tensors(tuple[place])),
        // Materialized collections only, because enumerating a lazy sequence may run user code.
        ICollection collection and not IDictionary => collection.Cast<object?>().SelectMany(Tensors),
        IReadOnlyCollection<torch.Tensor> collection => collection,
        _ => [],
    };

    private object? Read(object? value) => value switch
    {
        null or bool or string or torch.ScalarType or Enum => value,
        torch.Tensor tensor => use(tensor),
        sbyte or byte or short or ushort or int or uint or long => (Dimension)Convert.ToInt64(value),
        float or double or Half => Convert.ToDouble(value is Half half ? (double)half : value),
        Scalar scalar => Read(scalar),
        torch.TensorIndex index => Read(index),
        // Device has no value equality.
        torch.Device device => device.ToString(),
        torch.Size size => size.Shape.Select(length => (object?)(Dimension)length).ToList(),
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(place => Read(tuple[place])).ToList(),
        torch.nn.Module or Delegate or IDictionary => value,
        IEnumerable list => list.Cast<object?>().Select(Read).ToList(),
        _ => value,
    };

    private static object? Read(Scalar scalar) => scalar.Type switch
    {
        torch.ScalarType.Bool => scalar.ToBoolean(),
        torch.ScalarType.Float64 or torch.ScalarType.Float32 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 =>
            scalar.ToDouble(),
        torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64 => scalar,
        _ => (Dimension)scalar.ToInt64(),
    };

    private RecordedIndex Read(torch.TensorIndex index)
    {
        object?[] fields = [.. IndexFields.Select(field => field.GetValue(index))];
        var tensor = fields[4] is torch.Tensor given ? use(given) : null;
        var kind = $"{fields[0]}" switch
        {
            "Single" => IndexKind.Single,
            "Ellipsis" => IndexKind.Ellipsis,
            "Bool" => IndexKind.Bool,
            "Tensor" => IndexKind.Tensor,
            "Slice" => IndexKind.Slice,
            // None and Null both add a dimension.
            _ => IndexKind.NewAxis,
        };
        return new(kind, Number(fields[1]), Number(fields[2]), Number(fields[3]), tensor);
    }

    private static Dimension? Number(object? value) => value is long number ? number : null;
}
