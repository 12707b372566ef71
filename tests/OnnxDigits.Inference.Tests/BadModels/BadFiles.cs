using System.IO.Compression;
using System.Text;
using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>Files that are not ONNX files, or not whole ones.</summary>
internal static class BadFiles
{
    public static IEnumerable<BadModel> All =>
    [
        new("empty", () => [], "is empty" + UseOurs),
        new("text", () => Encoding.UTF8.GetBytes("This is a text file, not a model."),
            "is not an ONNX file" + UseOurs),
        new("picture", () => [0x89, .. "PNG\r\n\u001a\n"u8], "is not an ONNX file" + UseOurs),
        new("JSON", () => Encoding.UTF8.GetBytes("{\"ir_version\": 8}"), "is not an ONNX file" + UseOurs),
        new("zeros", () => new byte[4096], "is not an ONNX file" + UseOurs),
        new("noise", Noise, "is not an ONNX file" + UseOurs),
        new("ONNX Runtime's own format", () => [0x18, 0, 0, 0, .. "ORTM"u8, .. new byte[64]],
            "is not an ONNX file" + UseOurs),
        new("version and no graph", () => Number(1, 8), "is not an ONNX file" + UseOurs),
        new("model inside a zip", Zip, "is a zip archive, not an ONNX file" + UseOurs),
        new("model inside a gzip", Gzip, "is a gzip archive, not an ONNX file" + UseOurs),
        CutAt("cut at 10 %", 0.1),
        CutAt("cut at half", 0.5),
        CutAt("cut in its metadata", 1 - 100.0 / Conv().Length),
        CutAt("without its last byte", 1 - 1.0 / Conv().Length),
        new("cut between two entries", () => Conv()[..^LastEntry],
            "has no metadata 'onnxdigits.version', so OnnxDigits did not export it" + ExportOrAllow),
        new("bytes behind its end", () => [.. Conv(), 0, 0],
            "is damaged (its ModelProto has a tag or number that is not valid)" + ExportAgain),
        new("two models in one file", () => [.. Conv(), .. Conv()],
            "is damaged (its ModelProto has the field 1 twice)" + ExportAgain),
        new("node longer than its place", () => new TinyModel { GraphFields = Bytes(1, [0x0A, 50]) }.Encode(),
            "is damaged (its NodeProto ends in the middle of a field)" + ExportAgain),
        new("unknown field in the graph", () => new TinyModel { GraphFields = Number(27, 1) }.Encode(),
            "is damaged (its GraphProto has the field 27, which ONNX does not define there)" + ExportAgain),
        new("field of another wire type", () => new TinyModel { Tensors = [Number(9, 1)] }.Encode(),
            "is damaged (its TensorProto has the field 9, which ONNX does not define there)" + ExportAgain),
        new("endless number",
            () => new TinyModel { GraphFields = Bytes(5, [0x10, .. Enumerable.Repeat((byte)0xFF, 11)]) }.Encode(),
            "is damaged (its TensorProto has a tag or number that is not valid)" + ExportAgain),
        new("million parts",
            () => new TinyModel { GraphFields = Message(Enumerable.Repeat(Bytes(1, []), 1_000_000)) }.Encode(),
            "is damaged (it has more than 100,000 fields)" + ExportAgain),
    ];

    private static BadModel CutAt(string name, double share)
    {
        int length = (int)Math.Round(Conv().Length * share);
        return new(name, () => Conv()[..length], $"is truncated after {length} bytes" + ExportAgain);
    }

    // The entry onnxdigits.version: a tag and a length for the field, the key "onnxdigits.version" and the value
    // "0.1.0".
    private const int LastEntry = 2 + 4 + 18 + 5;

    private static byte[] Noise()
    {
        var bytes = new byte[100_000];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Zip()
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("conv.onnx").Open();
            entry.Write(Conv());
        }
        return buffer.ToArray();
    }

    private static byte[] Gzip()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Conv());
        }
        return buffer.ToArray();
    }
}
