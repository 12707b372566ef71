namespace Shared;

/// <summary>The keys under which an exported network says what it is: the training writes all of them, the inference asks for all.</summary>
internal static class ModelKeys
{
    /// <summary>The SHA-256 of the file without this entry.</summary>
    public const string Digest = "onnxdigits.digest";

    public const string Network = "onnxdigits.network";
    public const string DataSet = "onnxdigits.dataset";
    public const string DataSetSha256 = "onnxdigits.dataset_sha256";
    public const string Seed = "onnxdigits.seed";
    public const string TestAccuracy = "onnxdigits.test_accuracy";

    /// <summary>How images must be prepared for the network.</summary>
    public const string Preprocessing = "onnxdigits.preprocessing";

    public const string Version = "onnxdigits.version";

    public static IReadOnlyList<string> All { get; } = [Digest, Network, DataSet, DataSetSha256, Seed, TestAccuracy, Preprocessing, Version];
}
