using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>
/// Changes the chunks of PNG files and corrects their checksums, so that decoders read the changed data.
/// </summary>
internal static class PngMutations
{
    private const int SignatureLength = 8;

    public static bool IsPng(byte[] file) => file is [0x89, (byte)'P', (byte)'N', (byte)'G', ..];

    /// <summary>Returns a file with one to three changes.</summary>
    /// <param name="file">A valid PNG file.</param>
    /// <param name="other">A valid PNG file whose chunks may be inserted.</param>
    /// <param name="random">Chooses the changes.</param>
    public static byte[] Apply(byte[] file, byte[] other, Random random)
    {
        List<byte[]> chunks = Split(file), donors = Split(other);
        for (int changes = random.Next(1, 4); changes > 0 && chunks.Count > 0; changes--)
        {
            int at = random.Next(chunks.Count);
            switch (random.Next(6))
            {
                case 0:
                    chunks.RemoveAt(at);
                    break;
                case 1:
                    chunks.Insert(random.Next(chunks.Count + 1), chunks[at]);
                    break;
                case 2:
                    chunks.Insert(at, donors[random.Next(donors.Count)]);
                    break;
                case 3:
                    (chunks[0], chunks[at]) = (chunks[at], chunks[0]);
                    break;
                default:
                    chunks[at] = [.. chunks[at][..4], .. ChangeData(chunks[at], random)];
                    break;
            }
        }

        return Join(file[..SignatureLength], chunks);
    }

    // A chunk is its type and its data.
    private static List<byte[]> Split(byte[] file)
    {
        var chunks = new List<byte[]>();
        for (int at = SignatureLength; at + 12 <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add(file[(at + 4)..(at + 8 + length)]);
            at += 12 + length;
        }

        return chunks;
    }

    private static byte[] Join(byte[] signature, IEnumerable<byte[]> chunks) =>
    [
        .. signature,
        .. chunks.SelectMany(chunk =>
        {
            byte[] framed = [0, 0, 0, 0, .. chunk, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(framed, chunk.Length - 4);
            BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(chunk.Length + 4), Crc32.HashToUInt32(chunk));
            return framed;
        }),
    ];

    // Changes pixels before compression, so that the file stays a valid zlib stream.
    private static byte[] ChangeData(byte[] chunk, Random random)
    {
        byte[] data = chunk[4..];
        if (chunk.AsSpan(0, 4).SequenceEqual("IDAT"u8) && TryDecompress(data) is { } rows)
        {
            using var compressed = new MemoryStream();
            using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            {
                zlib.Write(ByteMutations.Apply(rows, rows, random));
            }
            return compressed.ToArray();
        }

        return ByteMutations.Apply(data, data, random);
    }

    private static byte[]? TryDecompress(byte[] data)
    {
        try
        {
            using var rows = new MemoryStream();
            using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            zlib.CopyTo(rows);
            return rows.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }
}
