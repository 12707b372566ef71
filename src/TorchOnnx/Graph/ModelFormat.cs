using Onnx;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Wraps a graph into a model with its inputs, outputs and metadata.</summary>
internal static class ModelFormat
{
    // The specification names the IR that each operator set came with; older runtimes refuse newer ones.
    // https://github.com/onnx/onnx/blob/main/docs/Versioning.md
    private static int IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    public static ModelProto Model(GraphBuilder builder, torch.nn.Module module, Recording recording, ExportJob job)
    {
        var options = job.Options;
        var graph = builder.ToProto(options.ModelName ?? module.GetType().Name, options.DocString);
        var names = new Dictionary<Dimension, string>();
        foreach (var (index, input) in recording.Inputs.Index())
            foreach (var (axis, size) in input.Dimensions.Index())
                if (job.Sizes.NameOf(index, axis) is { } name && size.IsDynamic) names.TryAdd(size, name);
        graph.Input.AddRange(job.Names.Inputs.Zip(recording.Inputs, (name, input) => ValueInfo(name, input, names)));
        graph.Output.AddRange(job.Names.Outputs.Zip(recording.Outputs, (name, output) => ValueInfo(name, output, names)));
        if (options.HalfPrecision) HalfPrecision.Apply(graph);
        var model = new ModelProto
        {
            IrVersion = IrVersion(options.Opset),
            ProducerName = options.ProducerName,
            ProducerVersion = options.ProducerVersion,
            DocString = options.DocString,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = options.Opset });
        model.OpsetImport.AddRange(graph.Node.Select(node => node.Domain).Where(domain => domain.Length > 0).Distinct()
            .Order(StringComparer.Ordinal).Select(domain => new OperatorSetIdProto
            {
                Domain = domain,
                Version = options.CustomDomains.TryGetValue(domain, out int version) ? version : 1,
            }));
        model.MetadataProps.AddRange(options.Metadata
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    /// <summary>A value of known type and unknown shape.</summary>
    public static ValueInfoProto ValueInfo(string name, torch.ScalarType type) => ValueInfo(name, type, null);

    private static ValueInfoProto ValueInfo(string name, RecordedValue value, Dictionary<Dimension, string> names)
    {
        var shape = new TensorShapeProto();
        foreach (var size in value.Dimensions)
        {
            var proto = new TensorShapeProto.Types.Dimension();
            if (!size.IsDynamic) proto.DimValue = size.Size;
            // A size that moved with an input without being it stays anonymous.
            else if (names.TryGetValue(size, out string? symbol)) proto.DimParam = symbol;
            shape.Dim.Add(proto);
        }
        return ValueInfo(name, value.Type, shape);
    }

    private static ValueInfoProto ValueInfo(string name, torch.ScalarType type, TensorShapeProto? shape) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = (int)TensorFormat.DataType(type), Shape = shape } },
    };
}
