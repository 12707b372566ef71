using OnnxDigits.Inference.Models.Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>A model is one that OnnxDigits exported, unchanged, for the preprocessing of this program.</summary>
internal static class OwnModelCheck
{
    // What TorchOnnx writes.
    private const int LowestIr = 7;
    private const int HighestIr = 10;
    private const int LowestOpset = 13;
    private const int HighestOpset = 22;

    /// <param name="model">The model.</param>
    /// <param name="metadata">What it says of itself.</param>
    /// <param name="file">The bytes of its file.</param>
    /// <exception cref="ModelFaultException">It is not, and may still be a safe model of someone else's.</exception>
    public static void Check(OnnxModel model, ModelMetadata metadata, ReadOnlySpan<byte> file)
    {
        metadata.CheckComplete(model);
        if (metadata[ModelKeys.Digest] != ModelDigest.Of(file))
            throw new ModelFaultException(
                $"is damaged or was changed: its bytes do not have the digest in its metadata '{ModelKeys.Digest}'",
                Remedy.ExportAgain);
        CheckPreprocessing(metadata[ModelKeys.Preprocessing]);
        CheckVersions(model);
        OperatorCheck.Check(model.Graph);
        if (model.Graph.Initializers.Find(t => t.Type is not (ElementType.Float32 or ElementType.Int64)) is { } other)
            throw new ModelFaultException(
                $"has a tensor {other}, but OnnxDigits writes float32 and int64 alone", Remedy.ExportOrAllow);
    }

    private static void CheckPreprocessing(string id)
    {
        if (id != DigitPreprocessing.Id)
            throw new ModelFaultException(
                $"was trained for the preprocessing {Quote.Of(id)}, but this program prepares images by "
                + $"'{DigitPreprocessing.Id}'", "use the program of the model's version, or export it again");
    }

    private static void CheckVersions(OnnxModel model)
    {
        if (model.IrVersion is < LowestIr or > HighestIr)
            throw new ModelFaultException(
                $"has the IR version {model.IrVersion}, but OnnxDigits writes {LowestIr} to {HighestIr}",
                Remedy.ExportOrAllow);
        if (model.Opsets is not [var (domain, version)] || !OnnxModel.IsDefaultDomain(domain))
        {
            string found = model.Opsets.Count == 0
                ? "none"
                : string.Join(", ", model.Opsets.Take(4).Select(set => Quote.Of(set.Domain)));
            throw new ModelFaultException(
                $"uses the operator sets {found}, but OnnxDigits uses ONNX's default one alone", Remedy.ExportOrAllow);
        }
        if (version is < LowestOpset or > HighestOpset)
            throw new ModelFaultException(
                $"has the opset {version}, but OnnxDigits writes {LowestOpset} to {HighestOpset}",
                Remedy.ExportOrAllow);
    }
}
