using System.Security.Cryptography;

namespace OnnxDigits.Data.Mnist;

/// <summary>The digests of four uncompressed IDX files, and the one made from them.</summary>
internal sealed class DataSetDigest
{
    private DataSetDigest(byte[][] files)
    {
        Files = [.. files.Select(Convert.ToHexStringLower)];
        Whole = Convert.ToHexStringLower(SHA256.HashData(files.SelectMany(digest => digest).ToArray()));
    }

    public IReadOnlyList<string> Files { get; }

    public string Whole { get; }

    public bool IsMnist => Files.SequenceEqual(MnistFile.All.Select(file => file.Sha256));

    public static DataSetDigest Of(IReadOnlyList<IdxFile> files) => new([.. files.Select(Digest)]);

    public static string DigestOf(IdxFile file) => Convert.ToHexStringLower(Digest(file));

    private static byte[] Digest(IdxFile file)
    {
        // A sound file is its header and its elements and nothing else, so its bytes need not be kept to be hashed.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(IdxWriter.Header(file.Dimensions));
        hash.AppendData(file.Data.Span);
        return hash.GetHashAndReset();
    }
}
