using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using OnnxDigits.Data.Mnist;
using Shared;

namespace OnnxDigits.Data;

/// <summary>Represents an array of unsigned bytes in the IDX format, in which MNIST is distributed.</summary>
/// <remarks>
/// An IDX file consists of two zero bytes, the element type 0x08, the number of dimensions, each dimension as a
/// big-endian 32-bit integer, and the elements in row-major order.
/// </remarks>
public sealed class IdxFile
{
    /// <summary>The largest number of dimensions that is read.</summary>
    public const int MaxDimensions = 8;

    /// <summary>The largest number of elements that is read, 2^30. MNIST's largest file has 47 million.</summary>
    public const long MaxElements = 1L << 30;

    /// <summary>Initializes a new instance that keeps the given memory.</summary>
    /// <param name="dimensions">The dimensions, 1 to <see cref="MaxDimensions"/> of them.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <exception cref="ArgumentException">
    /// There are too few or too many dimensions, or they do not match the number of elements.
    /// </exception>
    public IdxFile(IReadOnlyList<int> dimensions, ReadOnlyMemory<byte> data)
    {
        if (dimensions.Count is 0 or > MaxDimensions)
        {
            throw new ArgumentException(
                $"An IDX array has 1 to {MaxDimensions} dimensions, not {dimensions.Count}.", nameof(dimensions));
        }
        // A long could overflow to the right number.
        double elements = dimensions.Aggregate(1.0, (product, dimension) => product * dimension);
        if (dimensions.Any(dimension => dimension < 0) || elements != data.Length)
        {
            throw new ArgumentException(
                $"Dimensions [{string.Join(", ", dimensions)}] do not match {data.Length} elements.",
                nameof(dimensions));
        }
        Dimensions = [.. dimensions];
        Data = data;
    }

    /// <summary>Gets the dimensions, for instance [60000, 28, 28].</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>Gets the elements in row-major order.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Reads a file, gzip-compressed or not. The first bytes decide which, not the name.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="DigitDataException">The file is not a valid IDX file of unsigned bytes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static IdxFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its start to its end, gzip-compressed or not.</summary>
    /// <param name="stream">A stream that can seek. It stays open.</param>
    /// <param name="name">The name to use in error messages.</param>
    /// <exception cref="DigitDataException">The content is not a valid IDX file of unsigned bytes.</exception>
    public static IdxFile Read(Stream stream, string name) => new IdxReader(name).Read(stream);

    /// <summary>Writes a file that appears complete or not at all. An existing file is replaced.</summary>
    /// <param name="path">The path of the file. It is gzip-compressed if the name ends in <c>.gz</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) =>
        AtomicFile.Write(path, stream => Write(stream, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The target. It stays open.</param>
    /// <param name="gzip"><see langword="true"/> to compress the content.</param>
    public void Write(Stream stream, bool gzip)
    {
        using GZipStream? packed = gzip ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
        Stream target = packed ?? stream;
        target.Write(Header());
        target.Write(Data.Span);
    }

    /// <summary>Returns the SHA-256 of the uncompressed file as lower-case hexadecimal digits.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header());
        hash.AppendData(Data.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private byte[] Header()
    {
        var header = new byte[4 + (4 * Dimensions.Count)];
        header[2] = IdxReader.UnsignedByte;
        header[3] = (byte)Dimensions.Count;
        for (int i = 0; i < Dimensions.Count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), Dimensions[i]);
        }
        return header;
    }
}
