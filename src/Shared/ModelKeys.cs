namespace Shared;

/// <summary>The metadata keys of exported networks. Training writes all of them, and inference requires all.</summary>
internal static class ModelKeys
{
    /// <summary>The key of the SHA-256 of the file without this entry.</summary>
    public const string Digest = "onnxdigits.digest";

    public const string Network = "onnxdigits.network";
    public const string DataSet = "onnxdigits.dataset";
    public const string DataSetSha256 = "onnxdigits.dataset_sha256";
    public const string Seed = "onnxdigits.seed";
    public const string TestAccuracy = "onnxdigits.test_accuracy";

    /// <summary>The key of the preprocessing that the network needs.</summary>
    public const string Preprocessing = "onnxdigits.preprocessing";

    public const string Version = "onnxdigits.version";

    public static IReadOnlyList<string> All { get; } =
        [Digest, Network, DataSet, DataSetSha256, Seed, TestAccuracy, Preprocessing, Version];
}
