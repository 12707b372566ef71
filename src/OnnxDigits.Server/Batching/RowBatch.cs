using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Batching;

/// <summary>Joins the rows of requests, and splits the rows of results.</summary>
/// <remarks>
/// A model runs batches of 64, 8 and 1 rows only, and the last batch is filled with copies of a row. ONNX Runtime
/// rounds differently in other sizes, so an answer would depend on the requests that happened to arrive with it.
/// </remarks>
internal sealed class RowBatch(Tensor[][] inputs)
{
    private int _next;

    /// <summary>Returns the sizes of the runs for a number of rows.</summary>
    public static IEnumerable<int> Sizes(int rows)
    {
        while (rows > 0)
        {
            // Four runs of one row take longer than one of eight.
            int size = rows > 32 ? 64 : rows >= 4 ? 8 : 1;
            yield return size;
            rows -= size;
        }
    }

    /// <summary>Returns the next rows of each input. The last row is repeated after the end.</summary>
    public IReadOnlyList<Tensor> Take(int size)
    {
        var taken = inputs.Select(parts => Rows(parts, _next, size)).ToArray();
        _next += size;
        return taken;
    }

    /// <summary>Returns the outputs of each request.</summary>
    /// <param name="outputs">The outputs of each run.</param>
    /// <param name="rows">The number of rows of each request.</param>
    public static IReadOnlyList<IReadOnlyList<Tensor>> Split(IReadOnlyList<Tensor>[] outputs, int[] rows)
    {
        var parts = outputs[0].Select((_, i) => outputs.Select(run => run[i]).ToArray()).ToArray();
        var requests = new IReadOnlyList<Tensor>[rows.Length];
        int next = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            requests[i] = [.. parts.Select(runs => Rows(runs, next, rows[i]))];
            next += rows[i];
        }
        return requests;
    }

    private static Tensor Rows(Tensor[] parts, int start, int count)
    {
        var first = parts[0];
        long[] shape = [count, .. first.Shape.AsSpan(1)];
        if (start == 0 && parts.Length == 1 && first.Shape[0] == count) return first;
        int width = 1;
        foreach (long size in first.Shape.AsSpan(1)) width = checked(width * (int)size);
        bool isBytes = first.Type == DataType.Bytes;
        byte[] data = isBytes ? [] : new byte[count * width * first.Type.Size];
        var elements = new ReadOnlyMemory<byte>[isBytes ? count * width : 0];
        int part = 0, before = 0;
        for (int row = 0; row < count; row++)
        {
            while (part < parts.Length - 1 && start + row - before >= parts[part].Shape[0])
            {
                before += (int)parts[part++].Shape[0];
            }
            int from = Math.Min(start + row - before, (int)parts[part].Shape[0] - 1) * width;
            if (isBytes)
            {
                Array.Copy(parts[part].Elements, from, elements, row * width, width);
                continue;
            }
            int size = first.Type.Size;
            parts[part].Data.Span.Slice(from * size, width * size).CopyTo(data.AsSpan(row * width * size));
        }
        return first with { Shape = shape, Data = data, Elements = elements };
    }
}
