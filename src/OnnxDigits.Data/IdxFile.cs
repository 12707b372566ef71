using OnnxDigits.Data.Mnist;
using Shared;

namespace OnnxDigits.Data;

/// <summary>
/// An array of unsigned bytes as the IDX format of Yann LeCun's MNIST page stores it: two zero bytes, the element
/// type 0x08, the number of dimensions, each dimension as a big-endian 32-bit count, then the elements, the last
/// dimension varying fastest.
/// </summary>
public sealed class IdxFile
{
    /// <summary>The most dimensions that are read.</summary>
    public const int MaxDimensions = 8;

    /// <summary>The most elements that are read: 1 GiB, twenty times MNIST's largest file.</summary>
    public const long MaxElements = 1L << 30;

    /// <summary>Wraps an array.</summary>
    /// <param name="dimensions">The counts, the slowest varying first; 1 to <see cref="MaxDimensions"/> of
    /// them.</param>
    /// <param name="data">The elements, as many as the product of <paramref name="dimensions"/>.</param>
    /// <exception cref="ArgumentException">The two do not fit each other.</exception>
    public IdxFile(IReadOnlyList<int> dimensions, ReadOnlyMemory<byte> data)
    {
        if (dimensions.Count is 0 or > MaxDimensions)
        {
            throw new ArgumentException(
                $"An IDX array has 1 to {MaxDimensions} dimensions, not {dimensions.Count}.", nameof(dimensions));
        }

        var elements = dimensions.Aggregate(1L, (product, count) => product * count);
        if (dimensions.Any(count => count < 0) || elements != data.Length)
        {
            throw new ArgumentException(
                $"Dimensions [{string.Join(", ", dimensions)}] do not hold {data.Length} elements.",
                nameof(dimensions));
        }

        Dimensions = [.. dimensions];
        Data = data;
    }

    /// <summary>The counts, the slowest varying first, for instance [60000, 28, 28].</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>The elements, the last dimension varying fastest.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Reads a file, gzip or not: its first bytes decide, not its name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IdxFormatException">The file is not a sound IDX file of unsigned bytes.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static IdxFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end, gzip or not.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="IdxFormatException">The content is not a sound IDX file of unsigned bytes.</exception>
    public static IdxFile Read(Stream stream, string name) => IdxReader.Read(stream, name);

    /// <summary>
    /// Writes a file beside <paramref name="path"/> and renames it, so that it is there whole or not at all.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="gzip">Whether to compress; by default when the name ends in <c>.gz</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path, bool? gzip = null) =>
        AtomicFile.Write(path, stream => Write(stream, gzip ?? HasGzipName(path)));

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="gzip">Whether to compress.</param>
    public void Write(Stream stream, bool gzip) => IdxWriter.Write(this, stream, gzip);

    private static bool HasGzipName(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
