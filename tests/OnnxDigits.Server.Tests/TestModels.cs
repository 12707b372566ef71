using Google.Protobuf;
using Onnx;
using static Onnx.TensorProto.Types;

namespace OnnxDigits.Server.Tests;

/// <summary>Writes small ONNX files.</summary>
internal sealed class TestModels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("models-").FullName;

    public TestModels()
    {
        foreach (var (name, type) in Types) Save($"same-{name}", Same(type));
        Save("sums", Sums());
        Save("pair/1", Pair());
        Save("pair/2", Pair());
        Save("loop", Loop());
    }

    /// <summary>Gets the types of ONNX by the datatypes of the protocol in lower case.</summary>
    public static IReadOnlyDictionary<string, DataType> Types { get; } = new Dictionary<string, DataType>
    {
        ["bool"] = DataType.Bool,
        ["uint8"] = DataType.Uint8,
        ["uint16"] = DataType.Uint16,
        ["uint32"] = DataType.Uint32,
        ["uint64"] = DataType.Uint64,
        ["int8"] = DataType.Int8,
        ["int16"] = DataType.Int16,
        ["int32"] = DataType.Int32,
        ["int64"] = DataType.Int64,
        ["fp16"] = DataType.Float16,
        ["bf16"] = DataType.Bfloat16,
        ["fp32"] = DataType.Float,
        ["fp64"] = DataType.Double,
        ["bytes"] = DataType.String,
    };

    /// <summary>Gets the paths of the files by the names of the models.</summary>
    public Dictionary<string, string> Files { get; } = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>y = x of any shape with two dimensions.</summary>
    private static GraphProto Same(DataType type) => new()
    {
        Input = { Value("x", type, "A", "B") },
        Output = { Value("y", type, "A", "B") },
        Node = { Node("Identity", ["x"], ["y"]) },
    };

    /// <summary>The sums of the rows of a batch.</summary>
    private static GraphProto Sums() => new()
    {
        Input = { Value("x", DataType.Float, "N", 4) },
        Output = { Value("sum", DataType.Float, "N") },
        Initializer = { Whole("axes", 1) },
        Node = { Node("ReduceSum", ["x", "axes"], ["sum"], ("keepdims", 0)) },
    };

    /// <summary>The sum and the difference of two inputs.</summary>
    private static GraphProto Pair() => new()
    {
        Input = { Value("a", DataType.Int32, "N"), Value("b", DataType.Int32, "N") },
        Output = { Value("sum", DataType.Int32, "N"), Value("difference", DataType.Int32, "N") },
        Node = { Node("Add", ["a", "b"], ["sum"]), Node("Sub", ["a", "b"], ["difference"]) },
    };

    /// <summary>Counts to the number in the input, which takes time.</summary>
    private static GraphProto Loop()
    {
        var body = new GraphProto
        {
            Name = "body",
            Input = { Value("i", DataType.Int64), Value("go", DataType.Bool), Value("before", DataType.Int64) },
            Output = { Value("goes", DataType.Bool), Value("after", DataType.Int64) },
            Initializer = { Whole("one", 1, isScalar: true) },
            Node = { Node("Identity", ["go"], ["goes"]), Node("Add", ["before", "one"], ["after"]) },
        };
        var loop = Node("Loop", ["n", "", "zero"], ["count"]);
        loop.Attribute.Add(new AttributeProto
        {
            Name = "body",
            Type = AttributeProto.Types.AttributeType.Graph,
            G = body,
        });
        return new()
        {
            Input = { Value("n", DataType.Int64) },
            Output = { Value("count", DataType.Int64) },
            Initializer = { Whole("zero", 0, isScalar: true) },
            Node = { loop },
        };
    }

    private void Save(string name, GraphProto graph)
    {
        graph.Name = "graph";
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = graph,
        };
        string path = Path.Combine(_folder, $"{name.Replace('/', '-')}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        Files.Add(name, path);
    }

    private static NodeProto Node(string type, string[] inputs, string[] outputs, params (string, long)[] attributes)
    {
        var node = new NodeProto { OpType = type, Input = { inputs }, Output = { outputs } };
        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(new AttributeProto
            {
                Name = name,
                I = value,
                Type = AttributeProto.Types.AttributeType.Int,
            });
        }
        return node;
    }

    private static ValueInfoProto Value(string name, DataType type, params object[] sizes)
    {
        var shape = new TensorShapeProto();
        foreach (object size in sizes)
        {
            shape.Dim.Add(size is string open
                ? new TensorShapeProto.Types.Dimension { DimParam = open }
                : new TensorShapeProto.Types.Dimension { DimValue = (int)size });
        }
        return new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private static TensorProto Whole(string name, long value, bool isScalar = false)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64, Int64Data = { value } };
        if (!isScalar) tensor.Dims.Add(1);
        return tensor;
    }
}
