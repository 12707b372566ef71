using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Models;

/// <summary>Converts tensors from and to values of ONNX Runtime.</summary>
internal static class OrtTensors
{
    /// <summary>Creates a value of ONNX Runtime with the elements of a tensor.</summary>
    public static OrtValue Create(Tensor tensor)
    {
        var value = Allocate(tensor.Type, tensor.Shape);
        Copy(tensor, 0, tensor.Count, value, 0);
        return value;
    }

    public static OrtValue Allocate(DataType type, long[] shape) => type == DataType.Bytes
        ? OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape)
        : OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type.Element, shape);

    /// <summary>Copies elements of a tensor to a value of the same type.</summary>
    public static void Copy(Tensor tensor, int from, int count, OrtValue value, int to)
    {
        if (count == 0) return;
        if (tensor.Type == DataType.Bytes)
        {
            for (int i = 0; i < count; i++) value.StringTensorSetElementAt(tensor.Elements[from + i].Span, to + i);
            return;
        }
        int size = tensor.Type.Size;
        tensor.Data.Span.Slice(from * size, count * size).CopyTo(value.GetTensorMutableRawData()[(to * size)..]);
    }

    /// <summary>Returns a copy of a value.</summary>
    public static Tensor Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = DataType.Of(info.ElementDataType)!;
        if (type != DataType.Bytes)
        {
            bool isEmpty = info.Shape.Contains(0);
            return new(name, type, info.Shape, isEmpty ? [] : value.GetTensorMutableRawData().ToArray());
        }
        var elements = new ReadOnlyMemory<byte>[info.ElementCount];
        for (int i = 0; i < elements.Length; i++) elements[i] = value.GetStringElementAsSpan(i).ToArray();
        return new(name, info.Shape, elements);
    }
}
