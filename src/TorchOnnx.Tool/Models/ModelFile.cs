using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Tool.Models;

/// <summary>Represents an ONNX file.</summary>
internal sealed class ModelFile
{
    private readonly bool _isPipe;

    private ModelFile(string path, ModelProto proto, bool isPipe)
    {
        (Path, Proto, _isPipe) = (path, proto, isPipe);
        var initialized = Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        // Up to IR version 3, initializers are inputs too.
        Inputs = [.. Graph.Input.Where(input => !initialized.Contains(input.Name)).DistinctBy(input => input.Name)];
    }

    public string Path { get; }

    /// <summary>Gets the path for a runtime, which reads the file again.</summary>
    /// <exception cref="CommandException">The file is a pipe.</exception>
    public string RunnablePath => !_isPipe ? Path : throw new CommandException(
        $"'{Path}' is a pipe, which can be read only once. Pass the path of a file.", ExitCode.Model);

    public ModelProto Proto { get; }

    public GraphProto Graph => Proto.Graph;

    /// <summary>Gets the inputs without default values.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>Gets the opset of ONNX's own operators.</summary>
    public long Opset => Proto.OpsetImport.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version ?? 0;

    /// <exception cref="CommandException">The file isn't an ONNX model.</exception>
    public static ModelFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var proto = ModelProto.Parser.ParseFrom(stream);
            if (proto.Graph is null || proto.IrVersion == 0) throw new InvalidDataException();
            return new(path, proto, !stream.CanSeek);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or InvalidProtocolBufferException or InvalidDataException)
        {
            string reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "doesn't exist.",
                InvalidProtocolBufferException or InvalidDataException =>
                    "isn't an ONNX model, or it is incomplete. Pass a file that an ONNX exporter wrote.",
                _ when Directory.Exists(path) => "is a folder. Pass the path of a file.",
                _ => $"cannot be read: {e.Message.TrimEnd('.')}.",
            };
            throw new CommandException($"'{path}' {reason}", ExitCode.Model, e);
        }
    }

    /// <summary>Returns the files with external data, relative to the model's folder.</summary>
    public IReadOnlyList<string> ExternalFiles =>
        [.. Graph.Initializer.Select(tensor => External(tensor, "location")).OfType<string>().Distinct()];

    /// <summary>Returns an entry of a tensor's external data, or <see langword="null"/>.</summary>
    public static string? External(TensorProto tensor, string key) =>
        tensor.DataLocation == TensorProto.Types.DataLocation.External
            ? tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value
            : null;

    /// <summary>Indicates whether the size of a dimension is open. Some exporters write −1 for it.</summary>
    public static bool IsOpen(TensorShapeProto.Types.Dimension size) => !size.HasDimValue || size.DimValue < 0;

    /// <summary>Returns the name, the dtype and the shape of an input or output.</summary>
    public static string Describe(ValueInfoProto value) => $"{value.Name} {TypeOf(value)}";

    /// <summary>Returns the dtype and the shape of an input or output, such as "float[N, 784]".</summary>
    public static string TypeOf(ValueInfoProto value) => value.Type?.TensorType is { } type
        ? $"{NameOf(type.ElemType)}[{(type.Shape is null ? "…" : string.Join(", ", type.Shape.Dim.Select(NameOf)))}]"
        : "not a tensor";

    public static string NameOf(int type) => ((DataType)type).ToString().ToLowerInvariant();

    private static string NameOf(TensorShapeProto.Types.Dimension size) => size.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => $"{size.DimValue}",
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => size.DimParam,
        _ => "?",
    };
}
