using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using OnnxDigits.Data;

namespace OnnxDigits.Training.Reports;

/// <summary>Creates the metadata that OnnxDigits.Inference requires in exported models.</summary>
public static class ModelMetadata
{
    /// <summary>The identifier of the preprocessing that the networks expect.</summary>
    public const string Preprocessing = "onnxdigits-mnist-28x28-v2";

    /// <summary>The name of the models' input.</summary>
    public const string InputName = "input";

    /// <summary>The name of the models' output.</summary>
    public const string OutputName = "probabilities";

    /// <summary>Gets the version of this program.</summary>
    public static string Version => Informational[0];

    /// <summary>Gets the commit that this program was built from, or <c>null</c> if it is unknown.</summary>
    public static string? Commit => Informational.ElementAtOrDefault(1);

    // The version, and after a '+' the commit.
    private static string[] Informational { get; } = typeof(ModelMetadata).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');

    /// <summary>Returns the metadata of a trained network.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="data">The data set it was trained on.</param>
    /// <param name="seed">The seed it was trained with.</param>
    /// <param name="testAccuracy">Its accuracy on the test images, 0..1.</param>
    public static Dictionary<string, string> For(string network, DigitDataSet data, long seed, double testAccuracy) =>
        new()
        {
            [ModelKeys.Network] = network,
            [ModelKeys.DataSet] = data.Name,
            [ModelKeys.DataSetSha256] = data.Sha256,
            [ModelKeys.Seed] = seed.ToString(CultureInfo.InvariantCulture),
            [ModelKeys.TestAccuracy] = testAccuracy.ToString("0.0000", CultureInfo.InvariantCulture),
            [ModelKeys.Preprocessing] = Preprocessing,
            [ModelKeys.Version] = Version,
        };

    /// <summary>Returns metadata with the digest of the model that was exported with it.</summary>
    /// <param name="metadata">The metadata of the exported model.</param>
    /// <param name="exported">The bytes of the exported model.</param>
    public static Dictionary<string, string> WithDigest(
        IReadOnlyDictionary<string, string> metadata, byte[] exported) =>
        new(metadata) { [ModelKeys.Digest] = Convert.ToHexStringLower(SHA256.HashData(exported)) };
}
