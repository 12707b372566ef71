using System.Security.Cryptography;
using System.Text;
using OnnxDigits.Inference.Models.Onnx;
using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// The SHA-256 of a model file without the metadata entry that holds it. It covers every other byte: weights, graph
/// and metadata. Whoever exports a model exports it twice, without the entry and with it. It finds damage, no forger.
/// </summary>
internal static class ModelDigest
{
    private const int MetadataField = 14;

    /// <summary>The digest in lower-case hexadecimal.</summary>
    public static string Of(ReadOnlySpan<byte> file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reader = new ProtobufReader(file, OnnxSchema.Model);
        int hashed = 0;
        for (int start = 0; reader.Read(); start = reader.Offset)
        {
            if (reader.Field != MetadataField || !IsDigest(reader.Bytes))
                continue;
            hash.AppendData(file[hashed..start]);
            hashed = reader.Offset;
        }
        hash.AppendData(file[hashed..]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsDigest(ReadOnlySpan<byte> entry)
    {
        var reader = new ProtobufReader(entry, OnnxSchema.Entry);
        while (reader.Read())
        {
            if (reader.Field == 1)
                return reader.Bytes.SequenceEqual(KeyBytes);
        }
        return false;
    }

    private static readonly byte[] KeyBytes = Encoding.UTF8.GetBytes(ModelKeys.Digest);
}
