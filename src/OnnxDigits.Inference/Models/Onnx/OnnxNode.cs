namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>One operator of a graph (NodeProto).</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, long[]> _attributes = new(StringComparer.Ordinal);

    private OnnxNode()
    {
    }

    public string Name { get; private set; } = "";

    public string Operator { get; private set; } = "";

    public string Domain { get; private set; } = "";

    /// <summary>The values it reads; empty where an optional one is left out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The values it makes; empty where an optional one is left out.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The tensors in its attributes.</summary>
    public List<OnnxTensor> Tensors { get; } = [];

    /// <param name="node">The message.</param>
    /// <param name="extras">Receives what no digit network has.</param>
    public static OnnxNode Read(ReadOnlySpan<byte> node, List<string> extras)
    {
        var result = new OnnxNode();
        var reader = new ProtobufReader(node, OnnxSchema.Node);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: result.Inputs.Add(reader.Text); break;
                case 2: result.Outputs.Add(reader.Text); break;
                case 3: result.Name = reader.Text; break;
                case 4: result.Operator = reader.Text; break;
                case 5: result.TakeAttribute(reader.Bytes, extras); break;
                case 7: result.Domain = reader.Text; break;
            }
        }
        return result;
    }

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    /// <summary>The whole numbers of an attribute; none when it is not there or has others.</summary>
    public long[] Integers(string attribute) => _attributes.GetValueOrDefault(attribute, []);

    /// <summary>The whole numbers of an attribute; where it is not there, so many of a default.</summary>
    public long[] Integers(string attribute, int count, long defaultValue) =>
        Has(attribute) ? Integers(attribute) : [.. Enumerable.Repeat(defaultValue, count)];

    /// <summary>The one whole number of an attribute.</summary>
    public long Integer(string attribute, long? defaultValue) =>
        Integers(attribute) is [var value] ? value : defaultValue ?? long.MinValue;

    /// <summary>How an error names it.</summary>
    public override string ToString() =>
        Name.Length > 0 ? $"{Quote.Of(Name)} ({Quote.Of(Operator)})" : Quote.Of(Operator);

    private void TakeAttribute(ReadOnlySpan<byte> attribute, List<string> extras)
    {
        string name = "";
        var integers = new List<long>();
        var reader = new ProtobufReader(attribute, OnnxSchema.Attribute);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text; break;
                case 3 or 8: reader.AddNumbersTo(integers); break;
                case 5 or 10: Tensors.Add(OnnxTensor.Read(reader.Bytes)); break;
                case 6 or 11: extras.Add("a graph within a node"); break;
                case 21: extras.Add("an attribute that refers to a function's"); break;
                case 22 or 23: extras.Add("sparse weights"); break;
            }
        }
        if (!_attributes.TryAdd(name, [.. integers]))
            extras.Add("an attribute twice");
    }
}
