using System.Buffers.Binary;
using System.Text;
using OnnxDigits.Training.Checkpoints;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Checkpoints;

public class SafetensorsTests
{
    [Fact]
    public void Read_WhatWasWritten_GivesItBackToTheBit()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["single/ä \"quoted\""] = tensor(new[] { 1.5f, float.NaN, float.NegativeInfinity, -0f, float.Epsilon }),
            ["double"] = tensor(new[] { double.MaxValue, 1 / 3.0 }),
            ["long, scalar"] = tensor(long.MinValue),
            ["bytes"] = tensor(new byte[] { 0, 255, 7 }),
            ["nothing"] = empty(0, 4),
            ["not in row-major order"] = arange(24, ScalarType.Float32).reshape(2, 3, 4).permute(2, 0, 1),
        };
        var metadata = new Dictionary<string, string> { ["a"] = "1", ["ü"] = "{\"json\": \"\\u0000\"}" };
        var file = new SafetensorsFile(Write(metadata, tensors));

        Assert.Equal(tensors.Keys, file.Names);
        foreach ((string key, string value) in metadata) Assert.Equal(value, file.Metadata[key]);
        foreach ((string name, Tensor expected) in tensors)
        {
            using Tensor actual = file.Read(name);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.contiguous().bytes.ToArray(), actual.bytes.ToArray());
        }
    }

    [Fact]
    public void Write_TwoTensors_LaysThemOutAsSafetensorsDo()
    {
        using var scope = NewDisposeScope();
        byte[] file = Write([], new() { ["a"] = tensor(new[] { 1f, 2f }), ["b"] = tensor(new byte[] { 9 }) });
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, header % 8);
        Assert.Matches(
            """^\{"__metadata__":\{"sha256":"[0-9a-f]{64}"\},"a":\{"dtype":"F32","shape":\[2\],"data_offsets":\[0,8\]\},"b":\{"dtype":"U8","shape":\[1\],"data_offsets":\[8,9\]\}\} *$""",
            Encoding.UTF8.GetString(file, 8, header));
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64, 9], file[(8 + header)..]);
    }

    [Fact]
    public void Write_IntoABufferThatHeldMore_LeavesNothingOfItBehind()
    {
        using var scope = NewDisposeScope();
        var buffer = new MemoryStream();
        SafetensorsWriter.Write(buffer, new Dictionary<string, string>(), [new("a", zeros(1000))]);
        SafetensorsWriter.Write(buffer, new Dictionary<string, string>(), [new("b", ones(2))]);
        byte[] file = buffer.ToArray();
        SealedBytes.Seal(file);
        Assert.Equal(["b"], new SafetensorsFile(file).Names);
    }

    // Files whose digest is right and whose header is not.
    [Theory]
    [InlineData("", "no such JSON")]
    [InlineData("\"a\":3", "no such JSON")]
    [InlineData("\"a\":null", "no such JSON")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,1e99]}", "no such JSON")]
    [InlineData("\"a\":{}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}", "unknown type 'F16'")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[-2,-4],\"data_offsets\":[0,8]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}", "place of its tensor 'a'")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[0,7]}", "do not fill it")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}", "place of its tensor 'a'")]
    public void Read_AHeaderThatIsWrong_SaysWhatIs(string tensors, string reason)
    {
        string header = $"{{\"__metadata__\":{{\"sha256\":\"{SealedBytes.Placeholder}\"}}{(tensors.Length > 0 ? "," : "!")}{tensors}}}";
        var error = Assert.Throws<DamagedCheckpointException>(() => new SafetensorsFile(Sealed(header.Length, header)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1UL << 32)]
    [InlineData(100_000UL)]
    public void Read_AHeaderLongerThanTheFile_SaysSo(ulong length)
    {
        string header = $"{{\"__metadata__\":{{\"sha256\":\"{SealedBytes.Placeholder}\"}}}}";
        var error = Assert.Throws<DamagedCheckpointException>(() => new SafetensorsFile(Sealed(unchecked((long)length), header)));
        Assert.Contains("longer than the file", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(Dictionary<string, string> metadata, Dictionary<string, Tensor> tensors)
    {
        var buffer = new MemoryStream();
        SafetensorsWriter.Write(buffer, metadata, [.. tensors]);
        byte[] file = buffer.ToArray();
        SealedBytes.Seal(file);
        return file;
    }

    private static byte[] Sealed(long length, string header)
    {
        byte[] file = [.. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes(header), .. new byte[8]];
        SealedBytes.Seal(file);
        return file;
    }
}
