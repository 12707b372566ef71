using System.Runtime.InteropServices;
using OnnxDigits.Server.Batching;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Tests;

/// <summary>Joining of rows into runs, and splitting of results.</summary>
public sealed class RowBatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3, 2)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(50)]
    [InlineData(5, 60, 1)]
    [InlineData(200, 1, 30)]
    public void Split_OfTheTakenRows_IsEachRequestAgain(params int[] rows)
    {
        IReadOnlyList<Tensor>[] requests = [.. rows.Select((count, i) => Request(count, 1000 * i))];
        var batch = new RowBatch(requests);
        int[] sizes = [.. batch.Sizes()];
        Assert.All(sizes, size => Assert.Contains(size, (int[])[1, 8, 64]));
        Assert.InRange(sizes.Sum(), rows.Sum(), rows.Sum() + 3);

        var outputs = batch.Split([.. sizes.Select(size => Read(batch, size))]);

        Assert.Equal(requests.Length, outputs.Count);
        for (int i = 0; i < requests.Length; i++)
        {
            for (int input = 0; input < 2; input++)
            {
                Assert.Equal(requests[i][input].Shape, outputs[i][input].Shape);
                Assert.Equal(requests[i][input].Data.ToArray(), outputs[i][input].Data.ToArray());
                Assert.Equal(
                    requests[i][input].Elements.Select(element => element.ToArray()),
                    outputs[i][input].Elements.Select(element => element.ToArray()));
            }
        }
    }

    [Fact]
    public void Take_BeyondTheEnd_RepeatsTheLastRow()
    {
        var batch = new RowBatch([Request(2, 0), Request(3, 1000)]);
        int[] taken = MemoryMarshal.Cast<byte, int>(Read(batch, 8)[0].Data.Span).ToArray();
        Assert.Equal([0, 1, 2, 3, 1000, 1001, 1002, 1003, 1004, 1005, 1004, 1005, 1004, 1005, 1004, 1005], taken);
    }

    // Numbers of shape [rows, 2] and texts of shape [rows].
    private static IReadOnlyList<Tensor> Request(int rows, int first)
    {
        int[] numbers = [.. Enumerable.Range(first, rows * 2)];
        ReadOnlyMemory<byte>[] texts = [.. numbers.Take(rows).Select(number => new[] { (byte)number, (byte)'t' })];
        byte[] bytes = MemoryMarshal.AsBytes<int>(numbers).ToArray();
        return [new("numbers", DataType.Int32, [rows, 2], bytes), new("texts", [rows], texts)];
    }

    private static IReadOnlyList<Tensor> Read(RowBatch batch, int size)
    {
        var values = batch.Take(size);
        Tensor[] read = [.. values.Select((value, i) => OrtTensors.Read($"{i}", value))];
        foreach (var value in values) value.Dispose();
        return read;
    }
}
