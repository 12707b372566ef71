namespace OnnxDigits.Inference.Internals;

/// <summary>The parts of an ONNX file that tell whether it is ours: versions, inputs, outputs, metadata.</summary>
/// <remarks>Field numbers are those of onnx.proto (ModelProto, GraphProto, ValueInfoProto).</remarks>
internal sealed class OnnxHeader
{
    public long IrVersion { get; private set; }

    public long OpsetVersion { get; private set; }

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public static OnnxHeader Read(ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty)
            throw new DigitModelException($"The model '{name}' is empty: give an ONNX file that OnnxDigits exported.");
        var header = new OnnxHeader();
        bool graph = false;
        try
        {
            var reader = new ProtobufReader(file);
            while (reader.Read())
            {
                // ModelProto has the fields 1..8, 14, 20, 25 and 26; any other at the top means another kind of file.
                if (reader.Field is not (<= 8 or 14 or 20 or 25 or 26))
                    throw new ProtobufException(truncated: false);
                graph |= reader.Field == 7;
                header.Take(reader);
            }
        }
        catch (ProtobufException e) when (e.Truncated && header.IrVersion > 0)
        {
            throw new DigitModelException($"The model '{name}' is truncated after {file.Length} bytes: copy or export it again.");
        }
        catch (ProtobufException)
        {
            throw NotOnnx(name);
        }
        return graph && header.IrVersion > 0 ? header : throw NotOnnx(name);
    }

    private static DigitModelException NotOnnx(string name) =>
        new($"The model '{name}' is not an ONNX file: give one that OnnxDigits exported.");

    private void Take(ProtobufReader field)
    {
        switch (field.Field, field.Wire)
        {
            case (1, WireType.Varint): IrVersion = (long)field.Number; break;
            case (7, WireType.Length): TakeGraph(field.Bytes); break;
            case (8, WireType.Length): TakeOpset(field.Bytes); break;
            case (14, WireType.Length): TakeMetadata(field.Bytes); break;
        }
    }

    private void TakeGraph(ReadOnlySpan<byte> graph)
    {
        var initializers = new HashSet<string>(StringComparer.Ordinal);
        var reader = new ProtobufReader(graph);
        while (reader.Read())
        {
            switch (reader.Field, reader.Wire)
            {
                case (5, WireType.Length): initializers.Add(NameOf(reader.Bytes, field: 8)); break;
                case (11, WireType.Length): Inputs.Add(OnnxValue.Read(reader.Bytes)); break;
                case (12, WireType.Length): Outputs.Add(OnnxValue.Read(reader.Bytes)); break;
            }
        }
        Inputs.RemoveAll(input => initializers.Contains(input.Name));
    }

    private void TakeOpset(ReadOnlySpan<byte> opset)
    {
        string domain = "";
        long version = 0;
        var reader = new ProtobufReader(opset);
        while (reader.Read())
        {
            if (reader.Field == 1)
                domain = reader.Text;
            else if (reader.Field == 2)
                version = (long)reader.Number;
        }
        if (domain is "" or "ai.onnx")
            OpsetVersion = version;
    }

    private void TakeMetadata(ReadOnlySpan<byte> entry) => Metadata[NameOf(entry, field: 1)] = NameOf(entry, field: 2);

    private static string NameOf(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field && reader.Wire == WireType.Length)
                return reader.Text;
        }
        return "";
    }
}
