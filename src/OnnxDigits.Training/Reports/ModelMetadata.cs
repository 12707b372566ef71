using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using OnnxDigits.Data;
using Shared;

namespace OnnxDigits.Training.Reports;

/// <summary>What an exported model says of itself.</summary>
internal static class ModelMetadata
{
    /// <summary>How images must be prepared for the networks; the inference side refuses any other id.</summary>
    public const string Preprocessing = "onnxdigits-mnist-28x28-v1";

    public const string InputName = "input";
    public const string OutputName = "probabilities";

    public static string Version { get; } = typeof(ModelMetadata).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Dictionary<string, string> For(string network, DigitDataSet data, long seed, double testAccuracy) => new()
    {
        [ModelKeys.Network] = network,
        [ModelKeys.DataSet] = data.Name,
        [ModelKeys.DataSetSha256] = data.Sha256,
        [ModelKeys.Seed] = seed.ToString(CultureInfo.InvariantCulture),
        [ModelKeys.TestAccuracy] = testAccuracy.ToString("0.0000", CultureInfo.InvariantCulture),
        [ModelKeys.Preprocessing] = Preprocessing,
        [ModelKeys.Version] = Version,
    };

    /// <summary>The metadata with the digest of the model that was exported with it.</summary>
    public static Dictionary<string, string> WithDigest(IReadOnlyDictionary<string, string> metadata, byte[] exported) =>
        new(metadata) { [ModelKeys.Digest] = Convert.ToHexStringLower(SHA256.HashData(exported)) };
}
