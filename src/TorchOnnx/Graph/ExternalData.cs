using System.Globalization;
using Google.Protobuf;
using Onnx;

namespace TorchOnnx.Graph;

/// <summary>Keeps weights in a file of their own, for a protocol buffer ends at 2 GiB.</summary>
internal static class ExternalData
{
    // What the specification recommends, so that weights can be mapped into memory.
    private const int Alignment = 4096;
    // Shapes and axes stay where shape inference looks for them.
    private const int SmallestTensor = 1024;

    public static bool IsNeeded(ModelProto model, OnnxExportOptions options) =>
        model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > options.ExternalDataThreshold;

    /// <summary>Writes the model and, beside it, its weights.</summary>
    /// <exception cref="IOException">A file cannot be written; nothing is left behind.</exception>
    public static void Save(ModelProto model, string path)
    {
        // The bytes of the weights are shared by both, for byte strings cannot change.
        var light = model.Clone();
        var moved = light.Graph.Initializer.Where(tensor => tensor.RawData.Length >= SmallestTensor).ToList();
        AtomicFile.Write(path + ".data", stream =>
        {
            foreach (var tensor in moved)
            {
                stream.Write(new byte[(Alignment - stream.Position % Alignment) % Alignment]);
                Move(tensor, Path.GetFileName(path) + ".data", stream);
            }
        });
        AtomicFile.Write(path, stream => light.WriteTo(stream));
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
