using System.IO.Compression;
using System.Text;
using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>Bytes that are no ONNX file, or not a whole one.</summary>
internal static class BadFiles
{
    public static IEnumerable<BadModel> All =>
    [
        new("empty", () => [], "is empty" + GiveOurs),
        new("text", () => Encoding.UTF8.GetBytes("This is a text file, not a model."),
            "is not an ONNX file" + GiveOurs),
        new("picture", () => [0x89, .. "PNG\r\n\u001a\n"u8], "is not an ONNX file" + GiveOurs),
        new("JSON", () => Encoding.UTF8.GetBytes("{\"ir_version\": 8}"), "is not an ONNX file" + GiveOurs),
        new("zeros", () => new byte[4096], "is not an ONNX file" + GiveOurs),
        new("noise", Noise, "is not an ONNX file" + GiveOurs),
        new("ONNX Runtime's own format", () => [0x18, 0, 0, 0, .. "ORTM"u8, .. new byte[64]],
            "is not an ONNX file" + GiveOurs),
        new("version and no graph", () => Number(1, 8), "is not an ONNX file" + GiveOurs),
        new("model inside a zip", Zip, "is a zip archive, not an ONNX file" + GiveOurs),
        new("model inside a gzip", Gzip, "is a gzip archive, not an ONNX file" + GiveOurs),
        new("cut at 10 %", () => Conv()[..37_580], "is truncated after 37580 bytes" + ExportAgain),
        new("cut at half", () => Conv()[..187_902], "is truncated after 187902 bytes" + ExportAgain),
        new("cut in its metadata", () => Conv()[..375_700], "is truncated after 375700 bytes" + ExportAgain),
        new("without its last byte", () => Conv()[..^1], "is truncated after 375803 bytes" + ExportAgain),
        new("cut between two entries", () => Conv()[..^LastEntry],
            "has no metadata 'onnxdigits.version', so it is no digit model of OnnxDigits" + ExportOrAllow),
        new("bytes behind its end", () => [.. Conv(), 0, 0],
            "is damaged, for its model has the field 0, which ONNX does not have there" + ExportAgain),
        new("two models in one file", () => [.. Conv(), .. Conv()],
            "is damaged, for its model has the field 1 twice" + ExportAgain),
        new("node longer than its place", () => new TinyModel { GraphFields = Bytes(1, [0x0A, 50]) }.Encode(),
            "is damaged, for its node ends in the middle of a field" + ExportAgain),
        new("unknown field in the graph", () => new TinyModel { GraphFields = Number(27, 1) }.Encode(),
            "is damaged, for its graph has the field 27, which ONNX does not have there" + ExportAgain),
        new("field of another wire type", () => new TinyModel { Tensors = [Number(9, 1)] }.Encode(),
            "is damaged, for its tensor has the field 9, which ONNX does not have there" + ExportAgain),
        new("endless number",
            () => new TinyModel { GraphFields = Bytes(5, [0x10, .. Enumerable.Repeat((byte)0xFF, 11)]) }.Encode(),
            "is damaged, for its tensor has a number of more than ten bytes" + ExportAgain),
        new("million parts",
            () => new TinyModel { GraphFields = Message(Enumerable.Repeat(Bytes(1, []), 1_000_000)) }.Encode(),
            "is damaged, for its graph has more than 4096 parts" + ExportAgain),
    ];

    // version: two tags, two lengths, "onnxdigits.version" and "0.1.0", in a field of two bytes more.
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
            gzip.Write(Conv());
        return buffer.ToArray();
    }
}
