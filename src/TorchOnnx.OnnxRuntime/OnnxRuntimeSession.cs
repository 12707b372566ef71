using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TorchOnnx.OnnxRuntime;

/// <summary>Represents a model loaded by ONNX Runtime.</summary>
internal sealed class OnnxRuntimeSession(InferenceSession session) : IGraphSession
{
    private bool _isDisposed;

    public IReadOnlyDictionary<string, GraphTensor> Run(IReadOnlyDictionary<string, GraphTensor> inputs)
    {
        // ONNX Runtime would read memory that it has freed.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var values = inputs.ToDictionary(input => input.Key, input => ToValue(input.Value));
        try
        {
            using var options = new RunOptions();
            using var outputs = session.Run(options, values, session.OutputNames);
            return session.OutputNames.Zip(outputs, (name, output) => (name, output))
                .ToDictionary(entry => entry.name, entry => FromValue(entry.output));
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        session.Dispose();
    }

    private static OrtValue ToValue(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => ToValue(floats),
        GraphTensor<double> doubles => ToValue(doubles),
        GraphTensor<long> longs => ToValue(longs),
        GraphTensor<int> ints => ToValue(ints),
        GraphTensor<byte> bytes => ToValue(bytes),
        GraphTensor<bool> flags => ToValue(flags),
        _ => throw new ArgumentException($"ONNX Runtime inputs cannot have elements of type {tensor.ElementType}."),
    };

    private static OrtValue ToValue<T>(GraphTensor<T> tensor) where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(tensor.Data, [.. tensor.Shape]);

    private static GraphTensor FromValue(OrtValue value)
    {
        var facts = value.GetTensorTypeAndShape();
        return facts.ElementDataType switch
        {
            TensorElementType.Float => FromValue<float>(value, facts.Shape),
            TensorElementType.Float16 => new GraphTensor<Half>(
                MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()).ToArray(), facts.Shape),
            TensorElementType.Double => FromValue<double>(value, facts.Shape),
            TensorElementType.Int64 => FromValue<long>(value, facts.Shape),
            TensorElementType.Int32 => FromValue<int>(value, facts.Shape),
            TensorElementType.UInt8 => FromValue<byte>(value, facts.Shape),
            TensorElementType.Bool => FromValue<bool>(value, facts.Shape),
            _ => throw new NotSupportedException($"Outputs of type {facts.ElementDataType} cannot be compared."),
        };
    }

    private static GraphTensor<T> FromValue<T>(OrtValue value, long[] shape) where T : unmanaged =>
        new(value.GetTensorDataAsSpan<T>().ToArray(), shape);
}
