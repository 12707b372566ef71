using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace OnnxDigits.Server.Protocol;

/// <summary>
/// Implements the classification extension, which returns the k best classes of each row as <c>value:index</c> or
/// <c>value:index:label</c>.
/// </summary>
internal static class Classification
{
    /// <param name="output">The values of the classes, [classes] or [rows, classes].</param>
    /// <param name="count">The number of classes to return, at least 1.</param>
    /// <param name="label">Returns the label of a class, or <c>null</c> if the model has none.</param>
    /// <exception cref="ProtocolException">The output doesn't hold numbers for classes.</exception>
    public static Tensor Best(Tensor output, int count, Func<int, string?> label) => output.Type.Name switch
    {
        "FP16" => Best<Half>(output, count, label),
        "FP32" => Best<float>(output, count, label),
        "FP64" => Best<double>(output, count, label),
        "INT8" => Best<sbyte>(output, count, label),
        "INT16" => Best<short>(output, count, label),
        "INT32" => Best<int>(output, count, label),
        "INT64" => Best<long>(output, count, label),
        "UINT8" => Best<byte>(output, count, label),
        "UINT16" => Best<ushort>(output, count, label),
        "UINT32" => Best<uint>(output, count, label),
        "UINT64" => Best<ulong>(output, count, label),
        _ => throw new ProtocolException($"The output '{output.Name}' is {output.Type.Name}, which has no classes."),
    };

    private static Tensor Best<T>(Tensor output, int count, Func<int, string?> label)
        where T : unmanaged, INumber<T>
    {
        if (output.Shape is not ([_] or [_, _]))
        {
            throw new ProtocolException($"The output '{output.Name}' has no classes: it needs one or two dimensions.");
        }
        int classes = (int)output.Shape[^1];
        int rows = output.Shape.Length == 1 ? 1 : (int)output.Shape[0];
        int kept = Math.Min(count, classes);
        var values = MemoryMarshal.Cast<byte, T>(output.Data.Span).ToArray();
        var elements = new ReadOnlyMemory<byte>[rows * kept];
        for (int row = 0; row < rows; row++)
        {
            var best = values.Skip(row * classes).Take(classes)
                .Index().OrderByDescending(value => value.Item).Take(kept);
            foreach (var (rank, (index, value)) in best.Index())
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{value}:{index}");
                string entry = label(index) is { } name ? $"{text}:{name}" : text;
                elements[row * kept + rank] = Encoding.UTF8.GetBytes(entry);
            }
        }
        return new(output.Name, output.Shape.Length == 1 ? [kept] : [rows, kept], elements);
    }
}
