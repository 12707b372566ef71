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
        // The model names the second file relative to its own folder, so links are followed.
        string data = PathOf(AtomicFile.TargetOf(path), format);
        // Created first, so that no second file remains if the model's path is refused.
        using var file = AtomicFile.Create(path);
        var light = model;
        AtomicFile.Write(data, stream => light = Write(model, stream, Path.GetFileName(data), format));
        file.Write(stream => light.WriteTo(stream));
        file.Commit();
    }

    /// <summary>
    /// Saves the model and its weights as <see cref="Save"/> does, but without flushing them to the disk, to files that
    /// are read once.
    /// </summary>
    public static void SaveTemporary(ModelProto model, string path, ExternalDataFormat format)
    {
        string data = PathOf(path, format);
        using (var stream = File.Create(data)) model = Write(model, stream, Path.GetFileName(data), format);
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    private static string PathOf(string model, ExternalDataFormat format) =>
        model + (format == ExternalDataFormat.Safetensors ? ".safetensors" : ".data");

    // Writes the weights, and returns a model that refers to them.
    private static ModelProto Write(ModelProto model, Stream stream, string location, ExternalDataFormat format)
    {
        bool isSafetensors = format == ExternalDataFormat.Safetensors;
        // Both models share the bytes of the weights, because a ByteString is immutable.
        var light = model.Clone();
        // Other programs read the safetensors file without the model, so it contains small weights too.
        var moved = light.Graph.Initializer.Where(tensor => tensor.RawData.Length >= SmallestTensor
            || (isSafetensors && tensor.RawData.Length > 0 && !GraphBuilder.IsConstant(tensor.Name)));
        var ordered = isSafetensors ? Safetensors.Order(moved) : [.. moved];
        if (isSafetensors) stream.Write(Safetensors.Header(ordered));
        foreach (var tensor in ordered)
        {
            if (!isSafetensors) stream.Write(new byte[(Alignment - stream.Position % Alignment) % Alignment]);
            Move(tensor, location, stream);
        }
        return light;
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
        stream.Write(tensor.RawData.Span);
        tensor.RawData = ByteString.Empty;
    }
}
