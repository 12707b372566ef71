using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxDigits.DeviceTests;

/// <summary>Inputs for any graph, from a seed.</summary>
internal sealed class GraphInputs : IDisposable
{
    // An open size may have to hold a window.
    private static readonly int[] OpenSizes = [2, 5, 16, 32];

    public required IReadOnlyCollection<string> Names { get; init; }

    public required IReadOnlyCollection<OrtValue> Values { get; init; }

    /// <summary>Inputs of the smallest open sizes that the CPU runs.</summary>
    public static GraphInputs For(InferenceSession session)
    {
        for (int i = 0; ; i++)
        {
            var inputs = Make(session, OpenSizes[i]);
            try
            {
                using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
                session.Run(run, inputs.Names, inputs.Values, session.OutputNames).Dispose();
                return inputs;
            }
            catch (OnnxRuntimeException) when (i + 1 < OpenSizes.Length)
            {
                inputs.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var value in Values)
            value.Dispose();
    }

    private static GraphInputs Make(InferenceSession session, int openSize)
    {
        var random = new Random(1);
        return new()
        {
            Names = session.InputNames,
            Values = [.. session.InputNames.Select(name => Make(session.InputMetadata[name], openSize, random))],
        };
    }

    private static OrtValue Make(NodeMetadata input, int openSize, Random random)
    {
        long[] shape = [.. input.Dimensions.Select((size, axis) => size >= 0 ? size : axis == 0 ? 2 : (long)openSize)];
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return input.ElementDataType switch
        {
            TensorElementType.Float => Of(Fill(count, () => random.NextSingle() * 2 - 1), shape),
            TensorElementType.Double => Of(Fill(count, () => random.NextDouble() * 2 - 1), shape),
            TensorElementType.Float16 => Of(Fill(count, () => (Float16)(random.NextSingle() * 2 - 1)), shape),
            // Places in tables, which all have two rows.
            TensorElementType.Int64 => Of(Fill(count, () => random.NextInt64(2)), shape),
            TensorElementType.Int32 => Of(Fill(count, () => random.Next(2)), shape),
            TensorElementType.Bool => Of(Fill(count, () => random.Next(2) == 1), shape),
            var type => throw new NotSupportedException($"An input of {type}."),
        };
    }

    private static OrtValue Of<T>(T[] values, long[] shape) where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);

    private static T[] Fill<T>(int count, Func<T> next) => [.. Enumerable.Range(0, count).Select(_ => next())];
}
