using System.Globalization;

namespace OnnxDigits.Inference.Internals;

/// <summary>What a model must be for <see cref="DigitClassifier"/> to run it, each miss with its own sentence.</summary>
internal static class ModelContract
{
    public const string InputName = "input";
    public const string OutputName = "probabilities";

    private const string Prefix = "onnxdigits.";

    public static ModelInfo Check(ReadOnlySpan<byte> file, string name)
    {
        var header = OnnxHeader.Read(file, name);
        string preprocessing = Require(header, name, "preprocessing");
        if (preprocessing != DigitPreprocessing.Id)
            throw new DigitModelException(
                $"The model '{name}' was trained for the preprocessing '{preprocessing}', but this program prepares "
                + $"images by '{DigitPreprocessing.Id}': use the program of the model's version, or export it again.");
        CheckValue(name, "input", header.Inputs, InputName, -1, 1, 28, 28);
        CheckValue(name, "output", header.Outputs, OutputName, -1, 10);
        return new ModelInfo
        {
            Name = name,
            Network = Require(header, name, "network"),
            DataSet = Require(header, name, "dataset"),
            DataSetSha256 = Require(header, name, "dataset_sha256"),
            Seed = Require(header, name, "seed"),
            TestAccuracy = ReadAccuracy(Require(header, name, "test_accuracy")),
            Preprocessing = preprocessing,
            Version = Require(header, name, "version"),
            IrVersion = header.IrVersion,
            OpsetVersion = header.OpsetVersion,
            Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)),
            Provider = "",
            Device = "",
        };
    }

    private static void CheckValue(
        string model, string role, List<OnnxValue> values, string expectedName, params ReadOnlySpan<long> shape)
    {
        var expected = new OnnxValue(expectedName, 1, shape.ToArray());
        if (values.Count == 1 && values[0].Name == expectedName && values[0].IsFloat(shape))
            return;
        string found = values.Count == 0 ? "none" : string.Join(" and ", values);
        throw new DigitModelException(
            $"The model '{model}' has the {role} {found}, but a digit model has {expected}: "
            + "give one that OnnxDigits exported.");
    }

    private static string Require(OnnxHeader header, string name, string key) =>
        header.Metadata.TryGetValue(Prefix + key, out string? value)
            ? value
            : throw new DigitModelException(
                $"The model '{name}' has no metadata '{Prefix}{key}', so it is no digit model of OnnxDigits: "
                + "export it with this project's training.");

    private static double? ReadAccuracy(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double accuracy) ? accuracy : null;
}
