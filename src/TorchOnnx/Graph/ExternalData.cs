using System.Globalization;
using Google.Protobuf;
using Onnx;
using Shared;

namespace TorchOnnx.Graph;

/// <summary>Saves weights to a second file, because a protocol buffer is limited to 2 GiB.</summary>
internal static class ExternalData
{
    // Recommended by the specification, so that weights can be memory-mapped.
    private const int Alignment = 4096;
    // Shapes and axes stay in the model, where shape inference reads them.
    private const int SmallestTensor = 1024;

    /// <summary>Returns the number of bytes of the weights.</summary>
    public static long SizeOf(ModelProto model) => model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);

    public static bool IsNeeded(ModelProto model, OnnxExportOptions options) =>
        SizeOf(model) > options.ExternalDataThreshold;

    /// <summary>
    /// Saves the model to a file and its weights to a second file, <paramref name="path"/> + ".data" or
    /// ".safetensors".
    /// </summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(ModelProto model, string path, ExternalDataFormat format = ExternalDataFormat.Raw)
    {
        bool isSafetensors = format == ExternalDataFormat.Safetensors;
        // The model names the second file relative to its own folder, so links are followed.
        string target = AtomicFile.TargetOf(path);
        // Both models share the bytes of the weights, because a ByteString is immutable.
        var light = model.Clone();
        // Other programs read the safetensors file without the model, so it contains small weights too.
        var moved = light.Graph.Initializer.Where(tensor => tensor.RawData.Length >= SmallestTensor
            || (isSafetensors && tensor.RawData.Length > 0 && !GraphBuilder.IsConstant(tensor.Name)));
        var ordered = isSafetensors ? Safetensors.Order(moved) : [.. moved];
        string data = target + (isSafetensors ? ".safetensors" : ".data");
        // Created first, so that no second file remains if the model's path is refused.
        using var file = AtomicFile.Create(path);
        AtomicFile.Write(data, stream =>
        {
            if (isSafetensors) stream.Write(Safetensors.Header(ordered));
            foreach (var tensor in ordered)
            {
                if (!isSafetensors) stream.Write(new byte[(Alignment - stream.Position % Alignment) % Alignment]);
                Move(tensor, Path.GetFileName(data), stream);
            }
        });
        file.Write(stream => light.WriteTo(stream));
        file.Commit();
    }

    private static void Move(TensorProto tensor, string location, Stream stream)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.AddRange(
        [
            new() { Key = "location", Value = location },
            new() { Key = "offset", Value = stream.Position.ToString(CultureInfo.InvariantCulture) },
            new() { Key = "length", Value = tensor.RawData.Length.ToString(CultureInfo.InvariantCulture) },
        ]);
        tensor.RawData.WriteTo(stream);
        tensor.RawData = ByteString.Empty;
    }
}
