using OnnxDigits.Export.Internals.Format;
using OnnxDigits.Export.Internals.Front;

namespace OnnxDigits.Export.Internals.Graph;

/// <summary>Wraps a graph into a model with its inputs, outputs and metadata.</summary>
internal static class ModelFormat
{
    /// <summary>The IR that opset 17 came with; opsets above need no newer one for the operators that we write.</summary>
    public const int IrVersion = 8;

    public static ModelProto Model(GraphProto graph, OnnxExportOptions options)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = options.ProducerName,
            ProducerVersion = options.ProducerVersion,
            DocString = options.DocString,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = options.Opset });
        model.MetadataProps.AddRange(options.Metadata
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    /// <param name="name">The name of the graph's input or output.</param>
    /// <param name="value">Its type and shape.</param>
    /// <param name="batch">The batch dimension, or null where the batch is static.</param>
    /// <param name="batchName">Its symbolic name.</param>
    public static ValueInfoProto ValueInfo(string name, RecordedValue value, Dimension? batch, string batchName)
    {
        var shape = new TensorShapeProto();
        foreach (var dimension in value.Dimensions)
        {
            var proto = new TensorShapeProto.Types.Dimension();
            if (!dimension.IsDynamic) proto.DimValue = dimension.Size;
            // A size that moved with the batch without being it stays anonymous.
            else if (dimension == batch) proto.DimParam = batchName;
            shape.Dim.Add(proto);
        }
        return ValueInfo(name, value, shape);
    }

    /// <summary>A value of known type and unknown shape.</summary>
    public static ValueInfoProto ValueInfo(string name, RecordedValue value) => ValueInfo(name, value, null);

    private static ValueInfoProto ValueInfo(string name, RecordedValue value, TensorShapeProto? shape) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new() { ElemType = (int)TensorFormat.DataType(value.Type), Shape = shape },
        },
    };
}
