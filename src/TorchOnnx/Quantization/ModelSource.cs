using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Quantization;

/// <summary>Reads ONNX files of any exporter.</summary>
internal static class ModelSource
{
    /// <exception cref="QuantizationException">
    /// The file isn't an ONNX file, or its second file is missing or damaged.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ModelProto Read(string path)
    {
        using var stream = File.OpenRead(path);
        var model = Parse($"'{path}'", () => ModelProto.Parser.ParseFrom(stream));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var tensor in model.Graph.Initializer.Where(IsExternal)) Load(tensor, folder);
        return model;
    }

    /// <exception cref="QuantizationException">The bytes aren't an ONNX file, or it has external data.</exception>
    public static ModelProto Parse(ReadOnlyMemory<byte> bytes)
    {
        var model = Parse("The data", () => ModelProto.Parser.ParseFrom(bytes.Span));
        return model.Graph.Initializer.FirstOrDefault(IsExternal) is { } tensor
            ? throw new QuantizationException(
                $"The weight '{tensor.Name}' is in a second file. Pass the path of the model instead of its bytes.")
            : model;
    }

    /// <summary>Returns the elements of a float32 tensor.</summary>
    public static float[] Floats(TensorProto tensor) => tensor.RawData.IsEmpty
        ? [.. tensor.FloatData]
        : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    /// <summary>Returns a tensor of raw data.</summary>
    public static TensorProto Tensor<T>(string name, DataType type, T[] elements, params IEnumerable<long> shape)
        where T : unmanaged => new()
        {
            Name = name,
            DataType = (int)type,
            Dims = { shape },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(elements)),
        };

    /// <summary>Returns the elements of a transposed matrix.</summary>
    public static T[] Transpose<T>(T[] elements, long rows, long columns)
    {
        var result = new T[elements.Length];
        for (long index = 0; index < result.Length; index++)
        {
            result[index % columns * rows + index / columns] = elements[index];
        }
        return result;
    }

    private static bool IsExternal(TensorProto tensor) =>
        tensor.DataLocation == TensorProto.Types.DataLocation.External;

    private static ModelProto Parse(string what, Func<ModelProto> parse)
    {
        try
        {
            if (parse() is { Graph: not null } model) return WithoutDefaults(model);
        }
        catch (InvalidProtocolBufferException)
        {
            // Reported below, like a protocol buffer without a graph.
        }
        throw new QuantizationException($"{what} is not an ONNX model. Pass a file that an ONNX exporter wrote.");
    }

    // Before IR version 4, all initializers were inputs too.
    private static ModelProto WithoutDefaults(ModelProto model)
    {
        var constants = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        foreach (var input in model.Graph.Input.Where(input => constants.Contains(input.Name)).ToList())
        {
            model.Graph.Input.Remove(input);
        }
        model.IrVersion = Math.Max(model.IrVersion, 4);
        return model;
    }

    private static void Load(TensorProto tensor, string folder)
    {
        var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
        string path = Path.GetFullPath(Path.Combine(folder, entries.GetValueOrDefault("location", "")));
        if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new QuantizationException(
                $"The data of the weight '{tensor.Name}' lies outside the model's folder. Move it there.");
        }
        if (!File.Exists(path))
        {
            throw new QuantizationException(
                $"The weight '{tensor.Name}' lies in '{path}', which doesn't exist. Copy the model again, with all its "
                    + "files.");
        }
        using var file = File.OpenRead(path);
        long offset = Number("offset", 0), length = Number("length", file.Length - offset);
        if (offset < 0 || length < 0 || length > int.MaxValue || offset + length > file.Length)
        {
            throw new QuantizationException(
                $"The weight '{tensor.Name}' exceeds its file '{path}'. Copy the model again, with all its files.");
        }
        file.Position = offset;
        byte[] bytes = new byte[length];
        file.ReadExactly(bytes);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        tensor.ExternalData.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;

        long Number(string key, long otherwise) => !entries.TryGetValue(key, out string? text) ? otherwise
            : long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : -1;
    }
}
