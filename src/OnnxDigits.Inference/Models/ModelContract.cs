using System.Security.Cryptography;
using OnnxDigits.Inference.Models.Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>What a model must be for <see cref="DigitClassifier"/> to run it, each miss with its own sentence.</summary>
internal static class ModelContract
{
    public const string InputName = "input";
    public const string OutputName = "probabilities";

    /// <summary>Looks at all of a file before a runtime sees any of it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">How errors and the result name it.</param>
    /// <param name="allowForeign">Takes a model that is safe, though not one of ours.</param>
    /// <exception cref="DigitModelException">The model is refused.</exception>
    public static ModelInfo Check(ReadOnlySpan<byte> file, string name, bool allowForeign)
    {
        try
        {
            var model = OnnxModel.Read(file);
            CheckValue("input", model.Graph.Inputs, InputName, -1, 1, 28, 28);
            CheckValue("output", model.Graph.Outputs, OutputName, -1, 10);
            var metadata = new ModelMetadata(model);
            string? notice = CheckOrigin(model, metadata, file, allowForeign);
            GraphCheck.Check(model);
            TensorCheck.Check(model.Graph);
            // There are rules for the operators of our models alone.
            if (notice is null)
                SizeCheck.Check(model.Graph);
            return Describe(model, metadata, file) with { Name = name, ForeignNotice = notice };
        }
        catch (ModelFaultException fault)
        {
            throw fault.Of(name);
        }
    }

    /// <summary>What a model of ours is, unchecked.</summary>
    public static ModelInfo Describe(ReadOnlySpan<byte> file, string name)
    {
        var model = OnnxModel.Read(file);
        return Describe(model, new ModelMetadata(model), file) with { Name = name };
    }

    private static string? CheckOrigin(
        OnnxModel model, ModelMetadata metadata, ReadOnlySpan<byte> file, bool allowForeign)
    {
        try
        {
            OwnModelCheck.Check(model, metadata, file);
            return null;
        }
        catch (ModelFaultException fault) when (allowForeign)
        {
            return $"foreign: it {fault.Message}";
        }
    }

    private static ModelInfo Describe(OnnxModel model, ModelMetadata metadata, ReadOnlySpan<byte> file) => new()
    {
        Name = "",
        Network = metadata[ModelKeys.Network],
        DataSet = metadata[ModelKeys.DataSet],
        DataSetSha256 = metadata[ModelKeys.DataSetSha256],
        Seed = metadata[ModelKeys.Seed],
        TestAccuracy = metadata.TestAccuracy,
        Preprocessing = metadata[ModelKeys.Preprocessing],
        Version = metadata[ModelKeys.Version],
        IrVersion = model.IrVersion,
        OpsetVersion = model.Opsets.Find(set => OnnxModel.IsDefaultDomain(set.Domain)).Version,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
        Provider = "",
        Device = "",
    };

    private static void CheckValue(
        string role, List<OnnxValue> values, string expectedName, params ReadOnlySpan<long> shape)
    {
        if (values is [var value] && value.Name == expectedName && value.IsFloat(shape))
            return;
        var expected = new OnnxValue(expectedName, ElementType.Float32, shape.ToArray());
        string found = values.Count == 0 ? "none" : string.Join(" and ", values.Take(4));
        throw new ModelFaultException($"has the {role} {found}, but a digit model has {expected}", Remedy.GiveOurs);
    }
}
