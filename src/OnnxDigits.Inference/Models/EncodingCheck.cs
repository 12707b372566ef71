using Google.Protobuf;
using Google.Protobuf.Reflection;
using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// Checks the protobuf encoding of a file before objects are created from it. It is stricter than a protobuf parser:
/// it refuses unknown and repeated fields, which parsers may interpret differently, and files of many tiny
/// messages, which take a hundred times their size in memory.
/// </summary>
internal sealed class EncodingCheck
{
    private const int MaxFields = 100_000;
    private const int MaxDepth = 16;

    // Every ONNX file has a version and a graph. Field numbers in ONNX are below 32, so a uint can hold a set of them.
    private const uint VersionAndGraph = 1u << ModelProto.IrVersionFieldNumber | 1u << ModelProto.GraphFieldNumber;

    private readonly byte[] _file;
    private int _fields;
    private uint _modelFields;

    private EncodingCheck(byte[] file) => _file = file;

    /// <exception cref="ModelFaultException">The file is damaged, or it is not an ONNX file.</exception>
    public static void Check(byte[] file)
    {
        if (file.Length == 0) throw new ModelFaultException("is empty", Remedy.UseOurs);
        var check = new EncodingCheck(file);
        try
        {
            check.Check(0, file.Length, ModelProto.Descriptor, depth: 0);
        }
        catch (InvalidDataException e) when ((check._modelFields & VersionAndGraph) == VersionAndGraph)
        {
            throw new ModelFaultException(e.Message, Remedy.ExportAgain);
        }
        catch (InvalidDataException)
        {
            // The file lacks a version or a graph, so it is reported below as another format.
        }
        if ((check._modelFields & VersionAndGraph) != VersionAndGraph)
        {
            throw new ModelFaultException(DescribeOther(file), Remedy.UseOurs);
        }
    }

    private static string DescribeOther(ReadOnlySpan<byte> file) =>
        file.StartsWith("PK\u0003\u0004"u8) ? "is a zip archive, not an ONNX file"
        : file.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "is a gzip archive, not an ONNX file"
        : "is not an ONNX file";

    private void Check(int start, int end, MessageDescriptor message, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"is damaged (its messages are nested deeper than {MaxDepth} levels)");
        }
        uint seen = 0;
        var input = new CodedInputStream(_file, start, end - start);
        try
        {
            while (input.ReadTag() is var tag and not 0)
            {
                FieldDescriptor field = FindField(message, tag, seen);
                seen |= 1u << field.FieldNumber;
                if (depth == 0) _modelFields = seen;
                if (++_fields > MaxFields)
                {
                    throw new InvalidDataException($"is damaged (it has more than {MaxFields:N0} fields)");
                }
                if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
                {
                    input.SkipLastField();
                    continue;
                }
                int length = input.ReadLength();
                int content = (int)input.Position;
                if (length < 0 || length > end - content) throw Truncated(message);
                if (field.FieldType == FieldType.Message)
                {
                    Check(content, content + length, field.MessageType, depth + 1);
                }
                else if (WireTypeOf(field) == WireFormat.WireType.Varint && length > Volume.Most)
                {
                    throw Damaged(message, $"has more than {Volume.Most:N0} numbers in the field {field.FieldNumber}");
                }
                input = new CodedInputStream(_file, content + length, end - content - length);
            }
        }
        catch (InvalidProtocolBufferException) when (input.IsAtEnd)
        {
            throw Truncated(message);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Damaged(message, "has a tag or number that is not valid");
        }
    }

    private static FieldDescriptor FindField(MessageDescriptor message, uint tag, uint seen)
    {
        int number = WireFormat.GetTagFieldNumber(tag);
        WireFormat.WireType wire = WireFormat.GetTagWireType(tag);
        if (message.FindFieldByNumber(number) is not { } field
            || !(wire == WireTypeOf(field) || (field.IsRepeated && wire == WireFormat.WireType.LengthDelimited)))
        {
            throw Damaged(message, $"has the field {number}, which ONNX does not define there");
        }
        if (!field.IsRepeated && (seen >> number & 1) != 0) throw Damaged(message, $"has the field {number} twice");
        return field;
    }

    private static WireFormat.WireType WireTypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Float => WireFormat.WireType.Fixed32,
        FieldType.Double => WireFormat.WireType.Fixed64,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        _ => WireFormat.WireType.Varint,
    };

    private InvalidDataException Truncated(MessageDescriptor message) => message == ModelProto.Descriptor
        ? new($"is truncated after {_file.Length} bytes")
        : Damaged(message, "ends in the middle of a field");

    private static InvalidDataException Damaged(MessageDescriptor message, string fault) =>
        new($"is damaged (its {message.Name} {fault})");
}
