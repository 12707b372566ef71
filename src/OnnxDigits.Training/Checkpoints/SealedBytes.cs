using System.Security.Cryptography;
using System.Text;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>
/// A file's own SHA-256, written into its first metadata entry, always at the same place: the digest of all bytes with
/// 64 zeros where it stands.
/// </summary>
internal static class SealedBytes
{
    /// <summary>Name of the first metadata entry.</summary>
    public const string Key = "sha256";

    /// <summary>What stands there until the file is sealed.</summary>
    public const string Placeholder = "0000000000000000000000000000000000000000000000000000000000000000";

    private const int LengthBytes = sizeof(ulong);

    private static readonly byte[] Opening = Encoding.UTF8.GetBytes($"{{\"__metadata__\":{{\"{Key}\":\"");

    private static int Place => LengthBytes + Opening.Length;

    /// <summary>Puts the digest in place of the placeholder.</summary>
    public static void Seal(Span<byte> file) =>
        Encoding.UTF8.GetBytes(Digest(file), file.Slice(Place, Placeholder.Length));

    /// <summary>Puts the placeholder back where the digest is right.</summary>
    /// <exception cref="DamagedCheckpointException">It is no such file, or not the one that was written.</exception>
    public static void Unseal(Span<byte> file)
    {
        if (file.Length < Place + Placeholder.Length) throw new DamagedCheckpointException("it is cut short");
        if (!file[LengthBytes..].StartsWith(Opening))
            throw new DamagedCheckpointException("it does not begin as a checkpoint does");

        Span<byte> digest = file.Slice(Place, Placeholder.Length);
        string claimed = Encoding.UTF8.GetString(digest);
        Encoding.UTF8.GetBytes(Placeholder, digest);
        if (Digest(file) != claimed) throw new DamagedCheckpointException("its bytes are not those that were written");
    }

    private static string Digest(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));
}
