using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>Models that OnnxDigits did not export, or that were changed since.</summary>
internal static class BadOrigins
{
    private const string Changed =
        "is damaged or was changed: its bytes do not match the digest in its metadata 'onnxdigits.digest'"
        + ExportAgain;

    public static IEnumerable<BadModel> All =>
    [
        new("no metadata",
            () => new TinyModel { Metadata = new Dictionary<string, string>(), HasDigest = false }.Encode(),
            Lacks("digest")),
        new("no digest", () => new TinyModel { HasDigest = false }.Encode(), Lacks("digest")),
        .. TinyModel.DefaultMetadata.Keys.Select(key => new BadModel(
            "no " + key,
            () => new TinyModel
            {
                Metadata = TinyModel.DefaultMetadata.Where(entry => entry.Key != key).ToDictionary(),
            }.Encode(),
            Lacks(key[11..]))),
        new("key twice", () => new TinyModel { ModelFields = Bytes(14, Entry("onnxdigits.seed", "8")) }.Encode(),
            "has a metadata key twice" + ExportAgain),
        new("digest of another model",
            () => [.. new TinyModel { HasDigest = false }.Encode(), .. TinyModel.DigestOf([1, 2, 3])], Changed),
        new("flipped weight", () => Flip(0.5), Changed),
        new("flipped bit of a late weight", () => Flip(0.98), Changed),
        new("flipped bit in the metadata", () => Conv("\u0005mnist", "\u0005mnisu"), Changed),
        new("flipped bit in the digest's key", () => Conv("onnxdigits.digest", "onnxdigits.digesu"), Lacks("digest")),
        new("changed name of a weight", () => Conv("conv2d_1.bias", "conv2d_1.biat"), Changed),
        new("changed attribute", () => Conv("dilations", "dilationz"), Changed),
        new("changed producer", () => Conv("OnnxDigits", "OnnxDigitz"), Changed),
        new("appended description", () => [.. Conv(), .. Text(6, "a description")], Changed),
        new("other preprocessing", () => WithMetadata("onnxdigits.preprocessing", "someone-v9"),
            "was trained for the preprocessing 'someone-v9', but this version prepares images by "
            + "'onnxdigits-mnist-28x28-v2': use the version of OnnxDigits that exported it, or export it again"),
        new("older IR", () => new TinyModel { IrVersion = 6 }.Encode(),
            "has the IR version 6, but 7 to 10 are supported" + ExportOrAllow),
        new("newer IR", () => new TinyModel { IrVersion = 11 }.Encode(),
            "has the IR version 11, but 7 to 10 are supported" + ExportOrAllow),
        new("older opset", () => new TinyModel { Opsets = [Opset("", 12)] }.Encode(),
            "has the opset 12, but 13 to 22 are supported" + ExportOrAllow),
        new("newer opset", () => new TinyModel { Opsets = [Opset("ai.onnx", 99)] }.Encode(),
            "has the opset 99, but 13 to 22 are supported" + ExportOrAllow),
        new("no opset", () => new TinyModel { Opsets = [] }.Encode(),
            "uses the operator sets none, but OnnxDigits uses only ONNX's default set" + ExportOrAllow),
        new("other domain", () => new TinyModel { Opsets = [Opset("com.microsoft", 1)] }.Encode(),
            "uses the operator sets 'com.microsoft', but OnnxDigits uses only ONNX's default set" + ExportOrAllow),
        new("default domain twice", () => new TinyModel { Opsets = [Opset("", 17), Opset("ai.onnx", 13)] }.Encode(),
            "uses the operator sets '', 'ai.onnx', but OnnxDigits uses only ONNX's default set" + ExportOrAllow),
    ];

    private static string Lacks(string key) =>
        $"has no metadata 'onnxdigits.{key}', so OnnxDigits did not export it" + ExportOrAllow;

    private static byte[] Flip(double place)
    {
        byte[] model = Conv();
        model[(int)(place * model.Length)] ^= 1;
        return model;
    }

    private static byte[] WithMetadata(string key, string value) =>
        new TinyModel
        {
            Metadata = new Dictionary<string, string>(TinyModel.DefaultMetadata) { [key] = value },
        }.Encode();
}
