using System.Security.Cryptography;
using Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>Checks everything about a model file before ONNX Runtime sees it.</summary>
internal static class ModelCheck
{
    public const string InputName = "input";
    public const string OutputName = "probabilities";

    /// <param name="file">The content of the file.</param>
    /// <param name="name">The model's name in messages and in the result.</param>
    /// <param name="allowForeign">Indicates whether to accept safe models that OnnxDigits did not export.</param>
    /// <exception cref="DigitModelException">The model is refused.</exception>
    public static ModelInfo Check(byte[] file, string name, bool allowForeign)
    {
        try
        {
            EncodingCheck.Check(file);
            ModelProto model = ModelProto.Parser.ParseFrom(file);
            CheckSignature("input", model.Graph.GetCallerInputs(), InputName, -1, 1, 28, 28);
            CheckSignature("output", [.. model.Graph.Output], OutputName, -1, 10);
            string? notice = FindForeignNotice(model, file, allowForeign);
            GraphCheck.Check(model);
            TensorCheck.Check(model.Graph);
            // The size rules cover the operators of our own models only.
            if (notice is null) SizeCheck.Check(model.Graph);
            return Describe(model, file, name) with { ForeignNotice = notice };
        }
        catch (ModelFaultException fault)
        {
            throw fault.ToModelException(name);
        }
    }

    /// <summary>Describes one of our own models without checking it.</summary>
    public static ModelInfo Describe(byte[] file, string name) =>
        Describe(ModelProto.Parser.ParseFrom(file), file, name);

    private static string? FindForeignNotice(ModelProto model, byte[] file, bool allowForeign)
    {
        try
        {
            OriginCheck.Check(model, file);
            return null;
        }
        catch (ModelFaultException fault) when (allowForeign)
        {
            return $"foreign: it {fault.Message}";
        }
    }

    private static ModelInfo Describe(ModelProto model, byte[] file, string name)
    {
        var metadata = new ModelMetadata(model);
        return new()
        {
            Name = name,
            Network = metadata[ModelKeys.Network],
            DataSet = metadata[ModelKeys.DataSet],
            DataSetSha256 = metadata[ModelKeys.DataSetSha256],
            Seed = metadata[ModelKeys.Seed],
            TestAccuracy = metadata.TestAccuracy,
            Preprocessing = metadata[ModelKeys.Preprocessing],
            Version = metadata[ModelKeys.Version],
            IrVersion = model.IrVersion,
            OpsetVersion = model.OpsetImport
                .FirstOrDefault(set => OnnxExtensions.IsDefaultDomain(set.Domain))?.Version ?? 0,
            Sha256 = Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant(),
            Provider = "",
            Device = "",
        };
    }

    private static void CheckSignature(
        string role, IReadOnlyList<ValueInfoProto> values, string name, params long[] shape)
    {
        if (values is [var value] && value.Name == name && value.IsFloat()
            && shape.AsSpan().SequenceEqual(value.GetShape()))
        {
            return;
        }
        string found = values.Count == 0 ? "none" : string.Join(" and ", values.Take(4).Select(OnnxText.Of));
        throw new ModelFaultException(
            $"has the {role} {found}, but a digit model has {OnnxText.OfFloat(name, shape)}", Remedy.UseOurs);
    }
}
