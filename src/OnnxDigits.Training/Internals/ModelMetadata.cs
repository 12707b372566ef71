using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using OnnxDigits.Data;

namespace OnnxDigits.Training.Internals;

/// <summary>What an exported model says of itself.</summary>
internal static class ModelMetadata
{
    /// <summary>How images must be prepared for the networks; the inference side refuses any other id.</summary>
    public const string Preprocessing = "onnxdigits-mnist-28x28-v1";

    /// <summary>
    /// The key of the file's own digest: the SHA-256 of the file without this entry. The inference side refuses a model
    /// whose bytes have another.
    /// </summary>
    public const string DigestKey = "onnxdigits.digest";

    public const string InputName = "input";
    public const string OutputName = "probabilities";

    public static string Version { get; } = typeof(ModelMetadata).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Dictionary<string, string> For(string network, DigitDataSet data, long seed, double testAccuracy) => new()
    {
        ["onnxdigits.network"] = network,
        ["onnxdigits.dataset"] = data.Name,
        ["onnxdigits.dataset_sha256"] = data.Sha256,
        ["onnxdigits.seed"] = seed.ToString(CultureInfo.InvariantCulture),
        ["onnxdigits.test_accuracy"] = testAccuracy.ToString("0.0000", CultureInfo.InvariantCulture),
        ["onnxdigits.preprocessing"] = Preprocessing,
        ["onnxdigits.version"] = Version,
    };

    /// <summary>The metadata with the digest of the model that was exported with it.</summary>
    public static Dictionary<string, string> WithDigest(IDictionary<string, string> metadata, byte[] exported) =>
        new(metadata) { [DigestKey] = Convert.ToHexStringLower(SHA256.HashData(exported)) };
}
