using System.Text;

namespace OnnxDigits.Inference.Tests;

/// <summary>Writes protobuf messages by hand, including invalid ones.</summary>
internal static class Proto
{
    public static byte[] Message(params IEnumerable<byte[]> fields) => [.. fields.SelectMany(field => field)];

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(int field, byte[] content) =>
        [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    public static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    public static byte[] Packed(int field, params IEnumerable<long> values) =>
        Bytes(field, [.. values.SelectMany(Varint)]);

    private static IEnumerable<byte> Varint(long value)
    {
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7) yield return (byte)(rest | 0x80);
        yield return (byte)rest;
    }
}
