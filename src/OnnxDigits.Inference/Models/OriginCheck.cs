using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using Shared;
using static Onnx.TensorProto.Types;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// Checks that OnnxDigits exported a model for this preprocessing, and that the file has not changed since.
/// </summary>
internal static class OriginCheck
{
    // OnnxDigits writes IR version 8 and opset 17. The neighbouring versions leave room for other releases.
    private const int LowestIr = 7;
    private const int HighestIr = 10;
    private const int LowestOpset = 13;
    private const int HighestOpset = 22;

    // None of these creates a large value from a small one (ConstantOfShape, Expand, Tile), loops or branches, draws
    // random numbers, or takes a size from computed values. SizeCheck can therefore predict all memory.
    private static readonly HashSet<string> Operators = new(StringComparer.Ordinal)
    {
        // Layers.
        "AveragePool", "BatchNormalization", "Conv", "Gemm", "GlobalAveragePool", "MatMul", "MaxPool",
        // Activations.
        "Clip", "Elu", "HardSigmoid", "HardSwish", "LeakyRelu", "Relu", "Sigmoid", "Softmax", "Tanh",
        // Arithmetic and layout.
        "Add", "Concat", "Div", "Flatten", "Identity", "Mul", "Pad", "Reshape", "Sub", "Transpose",
    };

    /// <exception cref="ModelFaultException">The model has another origin, or was changed.</exception>
    public static void Check(ModelProto model, byte[] file)
    {
        CheckMetadata(model, file);
        CheckVersions(model);
        foreach (NodeProto node in model.Graph.Node) CheckOperator(node);
        if (model.Graph.Initializer.FirstOrDefault(tensor => !IsFloatOrInt64(tensor)) is { } other)
        {
            throw new ModelFaultException(
                $"has a tensor {OnnxText.Of(other)}, but OnnxDigits writes only float32 and int64",
                Remedy.ExportOrAllow);
        }
    }

    private static void CheckMetadata(ModelProto model, byte[] file)
    {
        var metadata = new ModelMetadata(model);
        if (metadata.HasDuplicates) throw new ModelFaultException("has a metadata key twice", Remedy.ExportAgain);
        if (ModelKeys.All.FirstOrDefault(key => !metadata.Has(key)) is { } missing)
        {
            throw new ModelFaultException(
                $"has no metadata '{missing}', so OnnxDigits did not export it", Remedy.ExportOrAllow);
        }
        if (metadata[ModelKeys.Digest] != ComputeDigest(file, metadata[ModelKeys.Digest]))
        {
            throw new ModelFaultException(
                $"is damaged or was changed: its bytes do not match the digest in its metadata '{ModelKeys.Digest}'",
                Remedy.ExportAgain);
        }
        if (metadata[ModelKeys.Preprocessing] != DigitPreprocessing.Id)
        {
            throw new ModelFaultException(
                $"was trained for the preprocessing {OnnxText.Quote(metadata[ModelKeys.Preprocessing])}, but this "
                + $"version prepares images by '{DigitPreprocessing.Id}'",
                "use the version of OnnxDigits that exported it, or export it again");
        }
    }

    /// <summary>Computes the SHA-256 of a file without the metadata entry that holds its digest.</summary>
    /// <remarks>The digest detects damage. It does not prove who made the file.</remarks>
    private static string? ComputeDigest(ReadOnlySpan<byte> file, string digest)
    {
        var entry = new StringStringEntryProto { Key = ModelKeys.Digest, Value = digest };
        // The entry as a field of the model, with its tag and length.
        byte[] field = new ModelProto { MetadataProps = { entry } }.ToByteArray();
        int start = file.LastIndexOf(field);
        if (start < 0) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(file[..start]);
        hash.AppendData(file[(start + field.Length)..]);
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    private static void CheckVersions(ModelProto model)
    {
        if (model.IrVersion is < LowestIr or > HighestIr)
        {
            throw new ModelFaultException(
                $"has the IR version {model.IrVersion}, but {LowestIr} to {HighestIr} are supported",
                Remedy.ExportOrAllow);
        }
        if (model.OpsetImport is not [var opset] || !OnnxExtensions.IsDefaultDomain(opset.Domain))
        {
            string found = model.OpsetImport.Count == 0
                ? "none"
                : string.Join(", ", model.OpsetImport.Take(4).Select(set => OnnxText.Quote(set.Domain)));
            throw new ModelFaultException(
                $"uses the operator sets {found}, but OnnxDigits uses only ONNX's default set", Remedy.ExportOrAllow);
        }
        if (opset.Version is < LowestOpset or > HighestOpset)
        {
            throw new ModelFaultException(
                $"has the opset {opset.Version}, but {LowestOpset} to {HighestOpset} are supported",
                Remedy.ExportOrAllow);
        }
    }

    private static void CheckOperator(NodeProto node)
    {
        if (!OnnxExtensions.IsDefaultDomain(node.Domain))
        {
            throw new ModelFaultException(
                $"has the operator {OnnxText.Of(node)} of the domain {OnnxText.Quote(node.Domain)}, "
                + "but OnnxDigits uses only ONNX's default set",
                Remedy.ExportOrAllow);
        }
        if (!Operators.Contains(node.OpType))
        {
            throw new ModelFaultException(
                $"has the operator {OnnxText.Of(node)}, which OnnxDigits does not use", Remedy.ExportOrAllow);
        }
    }

    private static bool IsFloatOrInt64(TensorProto tensor) =>
        (DataType)tensor.DataType is DataType.Float or DataType.Int64;
}
