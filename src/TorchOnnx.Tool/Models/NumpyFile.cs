using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace TorchOnnx.Tool.Models;

/// <summary>Reads arrays from NumPy's files .npy and .npz.</summary>
internal static partial class NumpyFile
{
    private const int LengthOffset = 8;

    /// <summary>Returns the arrays of a file by name. The array of a .npy file has an empty name.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, GraphTensor> Read(string path)
    {
        try
        {
            if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            {
                return new Dictionary<string, GraphTensor> { [""] = Parse(File.ReadAllBytes(path)) };
            }
            using var archive = ZipFile.OpenRead(path);
            return archive.Entries.ToDictionary(entry => Path.ChangeExtension(entry.FullName, null), entry =>
            {
                using var stream = entry.Open();
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                return Parse(bytes.ToArray());
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException
            or ArgumentException or FormatException or OverflowException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException
                ? "doesn't exist" : $"cannot be read: {e.Message.TrimEnd('.')}";
            throw new CommandException($"'{path}' {reason}.", ExitCode.Data, e);
        }
    }

    // https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    private static GraphTensor Parse(byte[] bytes)
    {
        if (bytes is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', var version, _, _, _, _, _, ..])
        {
            throw new InvalidDataException("it isn't a NumPy array");
        }
        int start = version == 1 ? LengthOffset + sizeof(ushort) : LengthOffset + sizeof(uint);
        int length = version == 1
            ? BitConverter.ToUInt16(bytes, LengthOffset)
            : checked((int)BitConverter.ToUInt32(bytes, LengthOffset));
        if (start + length > bytes.Length) throw new InvalidDataException("it is truncated");
        var header = Header().Match(Encoding.Latin1.GetString(bytes, start, length));
        if (!header.Success) throw new InvalidDataException("its header is invalid");
        if (header.Groups["order"].Value == "True")
        {
            throw new InvalidDataException("its elements are in Fortran order, so save numpy.ascontiguousarray(x)");
        }
        long[] shape = [.. header.Groups["shape"].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(long.Parse)];
        var data = bytes.AsSpan(start + length);
        return header.Groups["type"].Value switch
        {
            "<f4" => Of<float>(data, shape),
            "<f8" => Of<double>(data, shape),
            "<i8" => Of<long>(data, shape),
            "<i4" => Of<int>(data, shape),
            "|u1" => Of<byte>(data, shape),
            "|b1" => Of<bool>(data, shape),
            var type => throw new InvalidDataException(
                $"its dtype is {type}, and supported are float32, float64, int64, int32, uint8 and bool"),
        };
    }

    // NumPy ignores bytes behind the array too.
    private static GraphTensor<T> Of<T>(ReadOnlySpan<byte> data, long[] shape) where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(data);
        double count = shape.Aggregate(1d, (product, size) => product * size);
        return count <= elements.Length
            ? new(elements[..(int)count].ToArray(), shape)
            : throw new InvalidDataException("it is truncated");
    }

    [GeneratedRegex(
        @"^\{(?=.*'descr': '(?<type>[^']+)')(?=.*'fortran_order': (?<order>True|False))"
            + @"(?=.*'shape': \((?<shape>[\d, ]*)\))")]
    private static partial Regex Header();
}
