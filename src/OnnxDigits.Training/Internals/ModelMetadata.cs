using System.Globalization;
using System.Reflection;
using OnnxDigits.Data;

namespace OnnxDigits.Training.Internals;

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
        ["onnxdigits.network"] = network,
        ["onnxdigits.dataset"] = data.Name,
        ["onnxdigits.dataset_sha256"] = data.Sha256,
        ["onnxdigits.seed"] = seed.ToString(CultureInfo.InvariantCulture),
        ["onnxdigits.test_accuracy"] = testAccuracy.ToString("0.0000", CultureInfo.InvariantCulture),
        ["onnxdigits.preprocessing"] = Preprocessing,
        ["onnxdigits.version"] = Version,
    };
}
