namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>An ONNX file as far as it must be known before a runtime may see it; its weights are not kept.</summary>
/// <remarks>Field numbers are those of onnx.proto (ModelProto).</remarks>
internal sealed class OnnxModel
{
    private OnnxModel()
    {
    }

    public long IrVersion { get; private set; }

    public OnnxGraph Graph { get; private set; } = OnnxGraph.Empty;

    /// <summary>The operator sets; the default domain is empty, or written as <c>ai.onnx</c>.</summary>
    public List<(string Domain, long Version)> Opsets { get; } = [];

    public List<(string Key, string Value)> Metadata { get; } = [];

    /// <summary>What no digit network has, such as functions.</summary>
    public List<string> Extras { get; } = [];

    public static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ModelFaultException">It is no ONNX file, or a damaged one.</exception>
    public static OnnxModel Read(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            throw new ModelFaultException("is empty", Remedy.GiveOurs);
        var model = new OnnxModel();
        try
        {
            var reader = new ProtobufReader(file, OnnxSchema.Model);
            while (reader.Read())
                model.Take(reader);
        }
        catch (ProtobufException e)
        {
            throw model.Describe(e, file);
        }
        return model.IsOnnx ? model : throw new ModelFaultException(ArchiveOrOther(file), Remedy.GiveOurs);
    }

    // An ONNX file starts with its IR version, and is nothing without a graph.
    private bool IsOnnx => IrVersion > 0 && Graph != OnnxGraph.Empty;

    private ModelFaultException Describe(ProtobufException e, ReadOnlySpan<byte> file)
    {
        if (e.Part != OnnxSchema.Model.Name)
            return new($"is damaged, for {e.Message}", Remedy.ExportAgain);
        if (e.Truncated && IrVersion > 0)
            return new($"is truncated after {file.Length} bytes", Remedy.ExportAgain);
        return IsOnnx
            ? new($"is damaged, for {e.Message}", Remedy.ExportAgain)
            : new(ArchiveOrOther(file), Remedy.GiveOurs);
    }

    private static string ArchiveOrOther(ReadOnlySpan<byte> file) =>
        file.StartsWith("PK\u0003\u0004"u8) ? "is a zip archive, not an ONNX file"
        : file.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "is a gzip archive, not an ONNX file"
        : "is not an ONNX file";

    private void Take(ProtobufReader field)
    {
        switch (field.Field)
        {
            case 1: IrVersion = (long)field.Number; break;
            case 7: Graph = OnnxGraph.Read(field.Bytes, Extras); break;
            case 8: Opsets.Add(ReadOpset(field.Bytes)); break;
            case 14: Metadata.Add(ReadEntry(field.Bytes)); break;
            case 20: Extras.Add("training information"); break;
            case 25: Extras.Add("functions"); break;
        }
    }

    private static (string Domain, long Version) ReadOpset(ReadOnlySpan<byte> opset)
    {
        var (domain, version) = ("", 0L);
        var reader = new ProtobufReader(opset, OnnxSchema.Opset);
        while (reader.Read())
        {
            if (reader.Field == 1)
                domain = reader.Text;
            else
                version = (long)reader.Number;
        }
        return (domain, version);
    }

    private static (string Key, string Value) ReadEntry(ReadOnlySpan<byte> entry)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(entry, OnnxSchema.Entry);
        while (reader.Read())
        {
            if (reader.Field == 1)
                key = reader.Text;
            else
                value = reader.Text;
        }
        return (key, value);
    }
}
