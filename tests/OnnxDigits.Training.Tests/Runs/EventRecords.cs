using System.Buffers.Binary;
using Google.Protobuf;
using Tensorboard;

namespace OnnxDigits.Training.Tests.Runs;

/// <summary>Reads event files as TensorFlow documents them: python/lib/io/tf_record and RFC 3720 for CRC-32C.</summary>
internal static class EventRecords
{
    public static Event[] Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        var events = new List<Event>();
        while (!rest.IsEmpty)
        {
            Assert.Equal(MaskedChecksum(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> data = rest.Slice(12, (int)BinaryPrimitives.ReadUInt64LittleEndian(rest));
            rest = rest[(12 + data.Length)..];
            Assert.Equal(MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(rest));
            rest = rest[4..];
            // The generated code of TorchSharp is too old for a span.
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(data.ToArray())));
        }

        return [.. events];
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        const uint Polynomial = 0x82f63b78;
        uint checksum = ~0u;
        foreach (byte value in data)
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++) checksum = (checksum >> 1) ^ ((checksum & 1) * Polynomial);
        }

        checksum = ~checksum;
        return ((checksum >> 15) | (checksum << 17)) + 0xa282ead8;
    }
}
