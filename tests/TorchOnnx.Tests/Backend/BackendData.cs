using Onnx;

namespace TorchOnnx.Tests.Backend;

/// <summary>
/// Reads ONNX's backend test cases from the folder in the environment variable ONNXDIGITS_ONNX_CASES.
/// </summary>
internal static class BackendData
{
    private const string EnvironmentVariable = "ONNXDIGITS_ONNX_CASES";

    /// <summary>Returns the folders of a suite; empty if the suite doesn't exist.</summary>
    public static IReadOnlyList<string> Folders(string suite)
    {
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is not { Length: > 0 } cases) return [];
        string folder = Path.Combine(cases, suite);
        return Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)] : [];
    }

    public static IReadOnlyList<Tensor> Read(string folder, string kind) =>
        [.. Enumerable.Range(0, int.MaxValue)
            .Select(index => Path.Combine(folder, "test_data_set_0", $"{kind}_{index}.pb"))
            .TakeWhile(File.Exists).Select(path => ToTensor(TensorProto.Parser.ParseFrom(File.ReadAllBytes(path))))];

    public static void Write(string folder, string kind, IEnumerable<(Tensor Tensor, int Index)> tensors)
    {
        string set = Directory.CreateDirectory(Path.Combine(folder, "test_data_set_0")).FullName;
        foreach (var (tensor, index) in tensors)
        {
            var proto = new TensorProto
            {
                DataType = (int)TensorProto.Types.DataType.Float,
                RawData = Google.Protobuf.ByteString.CopyFrom(tensor.bytes),
            };
            proto.Dims.AddRange(tensor.shape);
            using var file = File.Create(Path.Combine(set, $"{kind}_{index}.pb"));
            using var output = new Google.Protobuf.CodedOutputStream(file);
            proto.WriteTo(output);
        }
    }

    /// <summary>Converts a stored tensor.</summary>
    public static Tensor ToTensor(TensorProto proto)
    {
        var type = (TensorProto.Types.DataType)proto.DataType switch
        {
            TensorProto.Types.DataType.Float => ScalarType.Float32,
            TensorProto.Types.DataType.Double => ScalarType.Float64,
            TensorProto.Types.DataType.Int64 => ScalarType.Int64,
            _ => throw new NotSupportedException($"Backend tensors of type {proto.DataType} are not read."),
        };
        var tensor = empty([.. proto.Dims], type);
        tensor.bytes = proto.RawData.ToByteArray();
        return tensor;
    }
}
