using System.Buffers.Binary;
using System.Text;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>Builds minimal shared libraries for Linux x64 that ONNX Runtime loads as provider plugins.</summary>
internal static class PluginFile
{
    private const int HeadersLength = 64 + 3 * 56;

    /// <summary>Returns a library that reports that it was built for another version of ONNX Runtime.</summary>
    public static byte[] OfAnotherVersion() => Library(needs: null,
    [
        0x53,                                     // push rbx, to align the stack
        0xBF, 0x01, 0x00, 0x00, 0x00, 0xFF, 0x16, // call GetApi(1)
        0xBF, 0x01, 0x00, 0x00, 0x00,             // the error code
        0x48, 0x8D, 0x35, 0x04, 0x00, 0x00, 0x00, // the message, four bytes after this instruction
        0xFF, 0x10, 0x5B, 0xC3,                   // return CreateStatus(code, message)
        .. "needs ONNX Runtime 99\0"u8,
    ]);

    /// <summary>Returns a library that depends on a missing one.</summary>
    public static byte[] WithMissingDependency() => Library("libcublasLt.so.99", WithoutFactories);

    /// <summary>Returns a library that loads and finds no device.</summary>
    public static byte[] WithoutDevices() => Library(needs: null, WithoutFactories);

    // *num_factories = 0; return null;
    private static byte[] WithoutFactories => [0x49, 0xC7, 0x01, 0, 0, 0, 0, 0x31, 0xC0, 0xC3];

    private static byte[] Library(string? needs, byte[] createFactories)
    {
        byte[] names = Encoding.ASCII.GetBytes($"\0CreateEpFactories\0ReleaseEpFactory\0{needs}\0");
        byte[] release = [0x31, 0xC0, 0xC3];
        int create = HeadersLength, releaseAt = create + createFactories.Length, namesAt = releaseAt + release.Length;
        int symbols = (namesAt + names.Length + 7) & ~7, hash = symbols + 3 * 24, dynamic = hash + 6 * 4;

        var file = new Writer();
        // The ELF header of a 64-bit little-endian shared object for x64, with three program headers and no sections.
        file.Bytes([0x7F, .. "ELF"u8, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.Shorts(3, 62).Ints(1).Longs(0, 64, 0).Ints(0).Shorts(64, 56, 3, 64, 0, 0);
        var entries = new List<(long Tag, long Value)>
        {
            (4, hash), (5, namesAt), (6, symbols), (10, names.Length), (11, 24),
        };
        if (needs is not null) entries.Add((1, names.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(needs))));
        entries.Add((0, 0));
        int length = dynamic + entries.Count * 16;
        file.Ints(1, 7).Longs(0, 0, 0, length, length, 4096);
        file.Ints(2, 6).Longs(dynamic, dynamic, dynamic, entries.Count * 16, entries.Count * 16, 8);
        file.Ints(0x6474E551, 6).Longs(0, 0, 0, 0, 0, 16);
        file.Bytes(createFactories).Bytes(release).Bytes(names).PadTo(symbols);
        file.Longs(0, 0, 0);
        file.Ints(1).Bytes([0x12, 0]).Shorts(1).Longs(create, createFactories.Length);
        file.Ints(1 + "CreateEpFactories\0".Length).Bytes([0x12, 0]).Shorts(1).Longs(releaseAt, release.Length);
        // A hash table with one bucket.
        file.Ints(1, 3, 1, 0, 2, 0);
        foreach (var (tag, value) in entries)
        {
            file.Longs(tag, value);
        }
        return file.ToArray();
    }

    private sealed class Writer
    {
        private readonly List<byte> _bytes = [];

        public Writer Bytes(ReadOnlySpan<byte> values)
        {
            _bytes.AddRange(values);
            return this;
        }

        public Writer Shorts(params ReadOnlySpan<short> values)
        {
            Span<byte> bytes = stackalloc byte[sizeof(short)];
            foreach (short value in values)
            {
                BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
                _bytes.AddRange(bytes);
            }
            return this;
        }

        public Writer Ints(params ReadOnlySpan<int> values)
        {
            foreach (int value in values) Shorts((short)value, (short)(value >> 16));
            return this;
        }

        public Writer Longs(params ReadOnlySpan<long> values)
        {
            foreach (long value in values) Ints((int)value, (int)(value >> 32));
            return this;
        }

        public void PadTo(int length) => _bytes.AddRange(new byte[length - _bytes.Count]);

        public byte[] ToArray() => [.. _bytes];
    }
}
