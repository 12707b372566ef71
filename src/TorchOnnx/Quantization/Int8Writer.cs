using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Quantization;

/// <summary>Writes the nodes of quantized layers.</summary>
internal sealed class Int8Writer(GraphProto graph, QuantizationOptions options)
{
    // The bias takes at most half of the 32-bit accumulator's range. The products have the other half.
    private const double LargestBias = 1 << 30;
    private const double SmallestBiasScale = 1e-30;

    private readonly HashSet<string> _names =
    [
        .. graph.Initializer.Select(tensor => tensor.Name), .. graph.Input.Select(input => input.Name),
        .. graph.Node.SelectMany(node => node.Output),
    ];
    private readonly HashSet<string> _written = [];
    private readonly Dictionary<string, (int Axis, float[] Scales)> _weights = [];

    /// <summary>Gets the nodes in order.</summary>
    public List<NodeProto> Nodes { get; } = [];

    /// <summary>Rounds a tensor to integers and back.</summary>
    /// <param name="from">The tensor.</param>
    /// <param name="to">The name of the result.</param>
    /// <param name="scaleName">The name of the tensor that the scale belongs to.</param>
    /// <param name="scale">The scale.</param>
    public void AddPair(string from, string to, string scaleName, ActivationScale scale)
    {
        string[] constants = [$"{scaleName}/scale", $"{scaleName}/zero_point"];
        Constant(constants[0], DataType.Float, [scale.Scale]);
        Constant(constants[1], DataType.Uint8, [scale.ZeroPoint]);
        Add("QuantizeLinear", [from, .. constants], $"{to}/int8");
        Add("DequantizeLinear", [$"{to}/int8", .. constants], to);
    }

    /// <summary>Writes a layer that computes with integers in static mode.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The rounded input.</param>
    /// <param name="output">The name of the result.</param>
    /// <param name="inputScale">The scale of the input.</param>
    public void AddStatic(Layer layer, string input, string output, ActivationScale inputScale)
    {
        float[] bias = layer.Bias is null ? [] : ModelSource.Floats(layer.Bias);
        float[] smallest = [.. bias.Select(value => (float)(
            Math.Max(Math.Abs(value) / LargestBias, SmallestBiasScale) / inputScale.Scale))];
        List<string> inputs = [input, AddWeight(layer, output, smallest, out float[] scales)];
        if (layer.Bias is not null)
        {
            float[] biasScales = [.. bias.Select((_, i) => inputScale.Scale * scales[i % scales.Length])];
            int[] integers = [.. bias.Select((value, i) => (int)Math.Round(value / (double)biasScales[i]))];
            string name = $"{output}/bias";
            Constant(name, DataType.Int32, integers, integers.Length);
            Constant($"{name}/scale", DataType.Float, biasScales, biasScales.Length);
            Add("DequantizeLinear", [name, $"{name}/scale"], $"{name}/float", new("axis", 0L));
            inputs.Add($"{name}/float");
        }
        AddLayer(layer, inputs, output);
    }

    /// <summary>Writes a layer whose weight is stored as integers and whose input is rounded in each run.</summary>
    public void AddDynamic(Layer layer, string output)
    {
        if (layer.Node.OpType == "Gather")
        {
            AddLookup(layer, output);
            return;
        }
        if (layer.Recurrent is { } recurrent)
        {
            AddLayer(
                layer,
                [
                    layer.Input, AddFoldedWeight(layer, output),
                    AddFoldedWeight(new(layer.Node, recurrent, layer.Axis, null), output), .. layer.Node.Input.Skip(3),
                ],
                output);
            return;
        }
        if (layer.Node.OpType is "Conv" or "ConvTranspose")
        {
            AddLayer(layer, [layer.Input, AddFoldedWeight(layer, output), .. layer.Node.Input.Skip(2)], output);
            return;
        }
        string rounded = $"{layer.Input}/int8";
        if (_written.Add(rounded))
        {
            Add("DynamicQuantizeLinear", [layer.Input], rounded);
            Nodes[^1].Output.AddRange([$"{layer.Input}/scale", $"{layer.Input}/zero_point"]);
        }
        string weight = AddMatrix(layer, output);
        Add("MatMulInteger", [rounded, $"{weight}/int8", $"{layer.Input}/zero_point"], $"{output}/int32");
        Add("Cast", [$"{output}/int32"], $"{output}/unscaled", new("to", (long)DataType.Float));
        Add("Mul", [$"{layer.Input}/scale", $"{weight}/scale"], $"{output}/scales");
        string product = layer.Bias is null ? output : $"{output}/product";
        Add("Mul", [$"{output}/unscaled", $"{output}/scales"], product);
        if (layer.Bias is not null) Add("Add", [product, layer.Bias.Name], output);
    }

    // Selects integers and scales, so that only the selected rows become floats.
    private void AddLookup(Layer layer, string output)
    {
        var (integers, scales) = Int8Weight.Quantize(layer, options, []);
        string name = $"{layer.Weight.Name}/rows", indices = layer.Node.Input[1], scale = $"{name}/scale";
        // The next layer may quantize the result, and needs the names that start with it.
        string selected = $"{output}/rows";
        Constant($"{name}/int8", DataType.Int8, integers, layer.Weight.Dims);
        Constant(scale, DataType.Float, scales, scales.Length, 1);
        Add("Gather", [$"{name}/int8", indices], $"{selected}/int8");
        Add("Cast", [$"{selected}/int8"], $"{selected}/unscaled", new("to", (long)DataType.Float));
        if (options.PerChannel)
        {
            Add("Gather", [scale, indices], $"{selected}/scale");
            scale = $"{selected}/scale";
        }
        Add("Mul", [$"{selected}/unscaled", scale], output);
    }

    private void AddLayer(Layer layer, IEnumerable<string> inputs, string output)
    {
        var node = layer.Node.Clone();
        node.Input.Clear();
        node.Input.AddRange(inputs);
        // A copy of the layer has no other outputs.
        for (int index = 0; index < node.Output.Count; index++)
        {
            if (node.Output[index] == layer.Output) node.Output[index] = output;
            else if (output != layer.Output) node.Output[index] = "";
        }
        Nodes.Add(node);
    }

    private string AddWeight(Layer layer, string output, float[] smallest, out float[] scales)
    {
        var (name, integers) = RoundWeight(layer, output, smallest, out scales);
        if (integers is not null)
        {
            IEnumerable<long> shape = scales.Length > 1 ? [scales.Length] : [];
            Constant($"{name}/int8", DataType.Int8, integers, layer.Weight.Dims);
            Constant($"{name}/scale", DataType.Float, scales, shape);
            Constant($"{name}/zero_point", DataType.Int8, new sbyte[scales.Length], shape);
            Add("DequantizeLinear", [$"{name}/int8", $"{name}/scale", $"{name}/zero_point"], $"{name}/float",
                new("axis", layer.Axis));
        }
        return $"{name}/float";
    }

    // ONNX Runtime computes Cast and Mul of constants once, when it loads the model, and DequantizeLinear in each run.
    private string AddFoldedWeight(Layer layer, string output)
    {
        var (name, integers) = RoundWeight(layer, output, [], out float[] scales);
        if (integers is not null)
        {
            var shape = layer.Weight.Dims.Select((_, axis) => axis == layer.Axis ? scales.Length : 1L);
            Constant($"{name}/int8", DataType.Int8, integers, layer.Weight.Dims);
            Constant($"{name}/scale", DataType.Float, scales, shape);
            Add("Cast", [$"{name}/int8"], $"{name}/unscaled", new("to", (long)DataType.Float));
            Add("Mul", [$"{name}/unscaled", $"{name}/scale"], $"{name}/float");
        }
        return $"{name}/float";
    }

    // MatMulInteger has no option to transpose.
    private string AddMatrix(Layer layer, string output)
    {
        var (name, integers) = RoundWeight(layer, output, [], out float[] scales);
        if (integers is not null)
        {
            var (rows, columns) = (layer.Weight.Dims[0], layer.Weight.Dims[1]);
            if (layer.Axis == 1) Constant($"{name}/int8", DataType.Int8, integers, rows, columns);
            else Constant($"{name}/int8", DataType.Int8, ModelSource.Transpose(integers, rows, columns), columns, rows);
            Constant($"{name}/scale", DataType.Float, scales, scales.Length);
        }
        return name;
    }

    // Layers that share a weight also share the integers, unless their biases or axes need other scales. Returns null
    // instead of the integers if they have already been written.
    private (string Name, sbyte[]? Integers) RoundWeight(
        Layer layer, string output, float[] smallest, out float[] scales)
    {
        (var integers, scales) = Int8Weight.Quantize(layer, options, smallest);
        string name = layer.Weight.Name;
        if (_weights.TryGetValue(name, out var other)
            && !(other.Axis == layer.Axis && other.Scales.SequenceEqual(scales)))
        {
            name = $"{output}/weight";
        }
        return (name, _weights.TryAdd(name, (layer.Axis, scales)) ? integers : null);
    }

    private void Constant<T>(string name, DataType type, T[] elements, params IEnumerable<long> shape)
        where T : unmanaged
    {
        if (!_written.Add(name)) return;
        if (_names.Contains(name))
        {
            throw new QuantizationException(
                $"The model has a value named '{name}', a name that the quantization needs. Rename the value.");
        }
        graph.Initializer.Add(ModelSource.Tensor(name, type, elements, shape));
    }

    private void Add(string operation, IEnumerable<string> inputs, string output, OnnxAttribute? attribute = null)
    {
        var node = new NodeProto
        {
            Name = $"{output}/{operation}",
            OpType = operation,
            Input = { inputs },
            Output = { output },
        };
        if (attribute is not null) node.Attribute.Add(attribute.ToProto());
        Nodes.Add(node);
    }
}
