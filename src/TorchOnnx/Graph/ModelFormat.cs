using Onnx;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Wraps a graph in a model with inputs, outputs and metadata.</summary>
internal static class ModelFormat
{
    // The IR version that each opset was released with. Older runtimes reject newer versions.
    // https://github.com/onnx/onnx/blob/main/docs/Versioning.md
    private static int IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        <= 22 => 10,
        23 => 11,
        24 => 12,
        _ => 13,
    };

    /// <exception cref="OnnxExportException">A weight exceeds the range of float16.</exception>
    public static ModelProto Model(GraphBuilder builder, ExportRequest request, Recording recording, GraphNames names)
    {
        var options = request.Options;
        var graph = builder.ToProto(options.ModelName ?? request.Module.GetType().Name, options.DocString);
        var symbols = new Dictionary<Dimension, string>();
        foreach (var (index, input) in recording.Inputs.Index())
        {
            foreach (var (axis, size) in input.Dimensions.Index())
            {
                if (request.Sizes.NameOf(index, axis) is { } name && size.IsDynamic) symbols.TryAdd(size, name);
            }
        }
        graph.Input.AddRange(names.Inputs.Zip(recording.Inputs, (name, input) => ValueInfo(name, input, symbols)));
        graph.Output.AddRange(names.Outputs.Zip(recording.Outputs, (name, output) => ValueInfo(name, output, symbols)));
        if (options.HalfPrecision) HalfPrecision.Apply(graph);
        if (options.NodeMetadata)
        {
            var sources = builder.Sources;
            foreach (var node in graph.Node)
            {
                if (sources.TryGetValue(node.Name, out var call)) NodeMetadata.Write(node, call.Scope, call.Line);
            }
        }
        var model = new ModelProto
        {
            // Metadata of nodes exists since IR version 10.
            IrVersion = Math.Max(IrVersion(options.Opset), options.NodeMetadata ? 10 : 0),
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

    /// <summary>Returns a value with a dtype and an unknown shape.</summary>
    public static ValueInfoProto ValueInfo(string name, torch.ScalarType type) => ValueInfo(name, type, null);

    private static ValueInfoProto ValueInfo(string name, RecordedValue value, Dictionary<Dimension, string> symbols)
    {
        var shape = new TensorShapeProto();
        foreach (var size in value.Dimensions)
        {
            var proto = new TensorShapeProto.Types.Dimension();
            if (!size.IsDynamic) proto.DimValue = size.Size;
            // A size derived from an open dimension has no name.
            else if (symbols.TryGetValue(size, out string? symbol)) proto.DimParam = symbol;
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
