using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>
/// Weights that are in another file, of another size than declared, or not finite. The digests are correct.
/// </summary>
internal static class BadTensors
{
    private const string TooMany = "exceeds 16,777,216 values, the limit for a model" + UseOurs;
    private const string Elsewhere = "stores its values in another file, which is not supported" + ExportAgain;

    private static byte[] Location => Bytes(13, Entry("location", "w.bin"));

    public static IEnumerable<BadModel> All => [.. Claims, .. Values, .. External];

    private static IEnumerable<BadModel> Claims =>
    [
        new("huge tensor", () => With(1, [1_000_000, 1_000_000], new byte[4]),
            Has("float32 [1000000, 1000000]", TooMany)),
        new("sizes whose product overflows", () => With(1, [1L << 62, 4, 4], new byte[4]),
            Has("float32 [4611686018427387904, 4, 4]", TooMany)),
        new("sizes whose product wraps to what is there", () => With(1, [1L << 32, 1L << 32], []),
            Has("float32 [4294967296, 4294967296]", TooMany)),
        new("negative size", () => With(1, [-1], new byte[4]),
            Has("float32 [-1]", "has a negative size" + ExportAgain)),
        new("too few bytes", () => With(1, [4], new byte[12]),
            Has("float32 [4]", "needs 16 bytes but has 12" + ExportAgain)),
        new("too many bytes", () => With(1, [4], new byte[17]),
            Has("float32 [4]", "needs 16 bytes but has 17" + ExportAgain)),
        new("no bytes at all", () => With(Tensor("T", 7, [2])),
            Has("int64 [2]", "needs 2 values but has 0" + ExportAgain)),
        new("too few values", () => With(Tensor("T", 7, [3], Packed(7, 1, 300))),
            Has("int64 [3]", "needs 3 values but has 2" + ExportAgain)),
        new("values in two fields", () => With(Tensor("T", 7, [1], Bytes(9, new byte[8]), Packed(7, 1))),
            Has("int64 [1]", "stores its values twice" + ExportAgain)),
        new("nine dimensions", () => With(1, [1, 1, 1, 1, 1, 1, 1, 1, 1], new byte[4]),
            "has a tensor 'T' of more than 8 dimensions" + UseOurs),
        new("strings", () => With(Tensor("T", 8, [1], Text(6, "text"))), NotOurs("string [1]")),
        new("weights of an unknown type", () => With(99, [1], new byte[4]), NotOurs("type 99 [1]")),
        new("half precision", () => With(10, [1], new byte[2]), NotOurs("float16 [1]")),
        new("segment", () => With(Tensor("T", 1, [1], Bytes(3, []), Bytes(9, new byte[4]))),
            Has("float32 [1]", "is segmented or does not hold numbers" + UseOurs)),
    ];

    private static IEnumerable<BadModel> Values =>
    [
        new("NaN", () => With(Floats("T", [2], 1, float.NaN)), Has("float32 [2]", "contains NaN" + ExportAgain)),
        new("negative NaN with a payload", () => With(1, [1], [1, 0, 0x80, 0xFF]),
            Has("float32 [1]", "contains NaN" + ExportAgain)),
        new("infinity", () => With(Floats("T", [3], 1, 2, float.PositiveInfinity)),
            Has("float32 [3]", "contains an infinite value" + ExportAgain)),
        new("negative infinity", () => With(Floats("T", [], float.NegativeInfinity)),
            Has("float32 []", "contains an infinite value" + ExportAgain)),
        new("NaN in a typed field", () => With(Tensor("T", 1, [1], Bytes(4, [0, 0, 0xC0, 0x7F]))),
            Has("float32 [1]", "contains NaN" + ExportAgain)),
    ];

    private static IEnumerable<BadModel> External =>
    [
        new("external data by absolute path", () => AtLocation("/etc/passwd"), Has("float32 [4, 1]", Elsewhere)),
        new("external data above the folder", () => AtLocation("../secret.bin", 5), Has("float32 [4, 5]", Elsewhere)),
        new("external data in memory", () => AtLocation("*/_ORT_MEM_ADDR_/*", 2), Has("float32 [4, 2]", Elsewhere)),
        new("external data without a location", () => With(Tensor("T", 1, [3, 1], Number(14, 1))),
            Has("float32 [3, 1]", Elsewhere)),
        new("location of data that is said to be inside",
            () => With(Tensor("T", 1, [1, 2], Location, Number(14, 0), Bytes(9, new byte[8]))),
            Has("float32 [1, 2]", Elsewhere)),
        new("unknown place of data", () => With(Tensor("T", 1, [1, 3], Number(14, 2), Bytes(9, new byte[12]))),
            Has("float32 [1, 3]", Elsewhere)),
        new("external data in an attribute", () => new TinyModel
        {
            Nodes = [Node("Relu", ["flat"], ["odd"], Bytes(5, Bytes(5, Tensor("T", 1, [7], Location))))],
        }.Encode(), Has("float32 [7]", Elsewhere)),
    ];

    private static byte[] AtLocation(string location, long columns = 1) => With(Tensor(
        "T", 1, [4, columns], Number(14, 1), Bytes(13, Entry("location", location)), Bytes(13, Entry("length", "16"))));

    private static byte[] With(int type, long[] shape, byte[] raw) => With(Tensor("T", type, shape, Bytes(9, raw)));

    private static byte[] With(byte[] tensor) => new TinyModel { Tensors = [tensor] }.Encode();

    private static string Has(string tensor, string fault) => $"has a tensor 'T' {tensor} that {fault}";

    private static string NotOurs(string tensor) =>
        $"has a tensor 'T' {tensor}, but OnnxDigits writes only float32 and int64" + ExportOrAllow;
}
