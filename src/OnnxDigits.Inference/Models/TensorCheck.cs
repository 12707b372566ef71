using System.Numerics;
using System.Runtime.InteropServices;
using Onnx;
using static Onnx.TensorProto.Types;

namespace OnnxDigits.Inference.Models;

/// <summary>Checks that all weights are in the file, have the declared size, and are finite.</summary>
internal static class TensorCheck
{
    private const int MaxDimensions = 8;

    /// <exception cref="ModelFaultException">A weight is missing, has another size, or is not finite.</exception>
    public static void Check(GraphProto graph)
    {
        // Before max pooling, a Pad node pads with −∞, which is never the maximum.
        var padding = graph.Node.Where(node => node.OpType == "Pad")
            .Select(node => node.Input.ElementAtOrDefault(2)).ToHashSet(StringComparer.Ordinal);
        IEnumerable<AttributeProto> attributes = graph.Node.SelectMany(node => node.Attribute);
        IEnumerable<TensorProto> inAttributes = attributes.SelectMany(attribute =>
            attribute.T is { } one ? [one, .. attribute.Tensors] : attribute.Tensors);
        long total = 0;
        foreach (TensorProto tensor in graph.Initializer.Concat(inAttributes))
        {
            // Check this first. Such a tensor has no values here, and ONNX Runtime would read any file that it names.
            if (tensor.DataLocation != DataLocation.Default || tensor.ExternalData.Count > 0)
            {
                throw Fault(tensor, "stores its values in another file, which is not supported", Remedy.ExportAgain);
            }
            long values = CountDeclared(tensor);
            CheckStored(tensor, values);
            total += values;
            if (total > Volume.Most)
            {
                throw new ModelFaultException($"has more than {Volume.Most:N0} values", Remedy.UseOurs);
            }
            (bool nan, bool infinity) = FindNonFinite(tensor);
            if (nan) throw Fault(tensor, "contains NaN", Remedy.ExportAgain);
            if (infinity && !(values == 1 && padding.Contains(tensor.Name)))
            {
                throw Fault(tensor, "contains an infinite value", Remedy.ExportAgain);
            }
        }
    }

    private static long CountDeclared(TensorProto tensor)
    {
        if (tensor.Dims.Count > MaxDimensions)
        {
            throw new ModelFaultException(
                $"has a tensor {OnnxText.Quote(tensor.Name)} of more than {MaxDimensions} dimensions", Remedy.UseOurs);
        }
        if (tensor.Dims.Any(size => size < 0)) throw Fault(tensor, "has a negative size", Remedy.ExportAgain);
        return Volume.Of(tensor.Dims)
            ?? throw Fault(tensor, $"exceeds {Volume.Most:N0} values, the limit for a model", Remedy.UseOurs);
    }

    private static void CheckStored(TensorProto tensor, long values)
    {
        int size = BytesOf((DataType)tensor.DataType);
        if (size == 0 || tensor.HasSegment)
        {
            throw Fault(tensor, "is segmented or does not hold numbers", Remedy.UseOurs);
        }
        long typed = (long)tensor.FloatData.Count + tensor.DoubleData.Count + tensor.Int32Data.Count
            + tensor.Int64Data.Count + tensor.Uint64Data.Count + tensor.StringData.Count;
        if (tensor.RawData.IsEmpty)
        {
            if (typed != values)
            {
                throw Fault(tensor, $"needs {values:N0} values but has {typed:N0}", Remedy.ExportAgain);
            }
            return;
        }
        long bytes = values * size;
        if (tensor.RawData.Length != bytes)
        {
            throw Fault(tensor, $"needs {bytes:N0} bytes but has {tensor.RawData.Length:N0}", Remedy.ExportAgain);
        }
        if (typed > 0) throw Fault(tensor, "stores its values twice", Remedy.ExportAgain);
    }

    /// <summary>Returns the bytes of one value, or 0 if the type has no fixed size or is unknown.</summary>
    private static int BytesOf(DataType type) => type switch
    {
        DataType.Int64 or DataType.Uint64 or DataType.Double => 8,
        DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
        DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => 2,
        DataType.Int8 or DataType.Uint8 or DataType.Bool => 1,
        _ => 0,
    };

    private static (bool NaN, bool Infinity) FindNonFinite(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Float => FindNonFinite<float>(tensor.RawData.Span, tensor.FloatData),
        DataType.Double => FindNonFinite<double>(tensor.RawData.Span, tensor.DoubleData),
        DataType.Float16 => FindNonFinite<Half>(tensor.RawData.Span, []),
        _ => (false, false),
    };

    private static (bool NaN, bool Infinity) FindNonFinite<T>(ReadOnlySpan<byte> raw, IEnumerable<T> typed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool nan = false, infinity = false;
        foreach (T value in MemoryMarshal.Cast<byte, T>(raw))
        {
            nan |= T.IsNaN(value);
            infinity |= T.IsInfinity(value);
        }
        foreach (T value in typed)
        {
            nan |= T.IsNaN(value);
            infinity |= T.IsInfinity(value);
        }
        return (nan, infinity);
    }

    private static ModelFaultException Fault(TensorProto tensor, string fault, string remedy) =>
        new($"has a tensor {OnnxText.Of(tensor)} that {fault}", remedy);
}
