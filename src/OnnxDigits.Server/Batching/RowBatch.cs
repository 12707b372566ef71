using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Batching;

/// <summary>Joins the rows of requests into runs of a model, and splits the results.</summary>
/// <remarks>
/// A model runs batches of 64, 8 and 1 rows only, and the last batch is filled with copies of a row. ONNX Runtime
/// rounds differently in other sizes, so a response would depend on the other requests in the batch.
/// </remarks>
internal sealed class RowBatch(IReadOnlyList<IReadOnlyList<Tensor>> requests)
{
    private int _request, _row;

    /// <summary>Returns the sizes of the runs for all rows.</summary>
    public IEnumerable<int> Sizes()
    {
        int rows = requests.Sum(Rows);
        while (rows > 0)
        {
            // A run of 8 rows takes as long as about 7 runs of one row. A run of 64 rows takes as long as 8 runs of 8
            // rows.
            int size = rows > 60 ? 64 : rows > 6 ? 8 : 1;
            yield return size;
            rows -= size;
        }
    }

    /// <summary>Returns the next rows of each input. The last row is repeated after the end.</summary>
    public OrtValue[] Take(int size)
    {
        OrtValue[] values =
        [
            .. requests[0].Select(input => OrtTensors.Allocate(input.Type, [size, .. input.Shape.AsSpan(1)])),
        ];
        for (int filled = 0; filled < size;)
        {
            var inputs = requests[_request];
            int left = Rows(inputs) - _row;
            int rows = Math.Min(left, size - filled);
            for (int i = 0; i < values.Length; i++)
            {
                int width = inputs[i].Count / Rows(inputs);
                OrtTensors.Copy(inputs[i], _row * width, rows * width, values[i], filled * width);
            }
            filled += rows;
            if (rows < left) _row += rows;
            else if (_request < requests.Count - 1) (_request, _row) = (_request + 1, 0);
            else _row = Rows(inputs) - 1;
        }
        return values;
    }

    /// <summary>Returns the outputs of each request.</summary>
    /// <param name="runs">The outputs of each run.</param>
    public IReadOnlyList<IReadOnlyList<Tensor>> Split(IReadOnlyList<Tensor>[] runs)
    {
        Tensor[] joined = [.. runs[0].Select((_, i) => Tensor.Join([.. runs.Select(run => run[i])]))];
        var outputs = new IReadOnlyList<Tensor>[requests.Count];
        int start = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            int rows = Rows(requests[i]);
            outputs[i] = Array.ConvertAll(joined, tensor => tensor.Rows(start, rows));
            start += rows;
        }
        return outputs;
    }

    private static int Rows(IReadOnlyList<Tensor> inputs) => (int)inputs[0].Shape[0];
}
