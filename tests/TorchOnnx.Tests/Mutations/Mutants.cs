using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace TorchOnnx.Tests.Mutations;

/// <summary>Changes one thing in a model: the faults that a converter could have.</summary>
internal static class Mutants
{
    private static readonly HashSet<string> Commutative =
        ["Add", "Mul", "Max", "Min", "Equal", "And", "Or", "Xor", "Sum", "Mean"];

    // Operators that are easily mistaken for each other.
    private static readonly Dictionary<string, string> Near = new (string From, string To)[]
    {
        ("Add", "Sub"), ("Sub", "Add"), ("Mul", "Div"), ("Div", "Mul"), ("Pow", "Mul"), ("Max", "Min"),
        ("Min", "Max"), ("And", "Or"), ("Or", "Xor"), ("Xor", "Or"), ("Less", "LessOrEqual"), ("LessOrEqual", "Less"),
        ("Greater", "GreaterOrEqual"), ("GreaterOrEqual", "Greater"), ("Floor", "Round"), ("Ceil", "Round"),
        ("Round", "Floor"), ("Relu", "Softplus"), ("Softplus", "Relu"), ("Sigmoid", "HardSigmoid"),
        ("HardSigmoid", "Sigmoid"), ("Tanh", "Softsign"), ("Softsign", "Tanh"), ("Erf", "Tanh"), ("Elu", "Selu"),
        ("Selu", "Elu"), ("LeakyRelu", "Elu"), ("Softmax", "LogSoftmax"), ("LogSoftmax", "Softmax"), ("Clip", "Max"),
        ("Sin", "Cos"), ("Cos", "Sin"), ("Exp", "Softplus"), ("Sqrt", "Abs"), ("Abs", "Relu"), ("Sign", "Erf"),
        ("ReduceSum", "ReduceMean"), ("ReduceMean", "ReduceMax"), ("ReduceMax", "ReduceMean"),
        ("ReduceMin", "ReduceMax"), ("ReduceProd", "ReduceSum"), ("ReduceL2", "ReduceL1"), ("ReduceL1", "ReduceL2"),
        ("ArgMax", "ArgMin"), ("ArgMin", "ArgMax"), ("MaxPool", "AveragePool"), ("AveragePool", "MaxPool"),
        ("GlobalAveragePool", "GlobalMaxPool"), ("BatchNormalization", "InstanceNormalization"), ("LSTM", "GRU"),
        ("GatherElements", "Gather"),
    }.ToDictionary(pair => pair.From, pair => pair.To);

    private static readonly Dictionary<string, string> OtherText = new (string From, string To)[]
    {
        ("constant", "edge"), ("reflect", "edge"), ("edge", "reflect"), ("CRD", "DCR"), ("DCR", "CRD"),
        ("nearest", "linear"), ("linear", "nearest"), ("cubic", "linear"), ("bilinear", "nearest"),
        ("half_pixel", "asymmetric"), ("asymmetric", "half_pixel"), ("align_corners", "half_pixel"),
        ("floor", "ceil"), ("zeros", "border"), ("border", "zeros"), ("forward", "reverse"), ("add", "none"),
        ("none", "tanh"), ("Tanh", "Relu"), ("Relu", "Tanh"),
    }.ToDictionary(pair => pair.From, pair => pair.To);

    /// <summary>Returns copies of a model with one change each.</summary>
    public static IEnumerable<(string Change, ModelProto Model)> Of(ModelProto model)
    {
        foreach (var (index, node) in model.Graph.Node.Index())
        {
            foreach (var (change, apply) in Of(node)) yield return Mutant(change, graph => apply(graph.Node[index]));
        }
        foreach (var (index, tensor) in model.Graph.Initializer.Index())
        {
            foreach (var (change, apply) in Of(tensor))
            {
                yield return Mutant(change, graph => apply(graph.Initializer[index]));
            }
        }

        (string, ModelProto) Mutant(string change, Action<GraphProto> apply)
        {
            var mutant = model.Clone();
            apply(mutant.Graph);
            return (change, mutant);
        }
    }

    private static IEnumerable<(string Change, Action<NodeProto> Apply)> Of(NodeProto node)
    {
        string type = node.OpType;
        if (Near.TryGetValue(type, out string? near)) yield return ($"{type} → {near}", copy => copy.OpType = near);
        if (type is not ("Identity" or "Cast" or "Shape" or "Constant"))
        {
            yield return ($"{type} dropped", Drop);
        }
        for (int left = 0; left + 1 < node.Input.Count; left++)
        {
            int right = left + 1;
            if (node.Input[left] == node.Input[right] || Commutative.Contains(type)) continue;
            yield return ($"{type} inputs {left} and {right} swapped", copy =>
                (copy.Input[left], copy.Input[right]) = (copy.Input[right], copy.Input[left]));
        }
        if (node.Input is [_, _, .., not ""])
        {
            yield return ($"{type} without input {node.Input.Count - 1}",
                copy => copy.Input.RemoveAt(copy.Input.Count - 1));
        }
        foreach (var (index, attribute) in node.Attribute.Index())
        {
            foreach (var (change, apply) in Of(attribute))
            {
                yield return ($"{type} {change}", copy => apply(copy.Attribute[index]));
            }
        }
    }

    private static IEnumerable<(string Change, Action<AttributeProto> Apply)> Of(AttributeProto attribute)
    {
        string name = attribute.Name;
        switch (attribute.Type)
        {
            case AttributeProto.Types.AttributeType.Int:
                yield return ($"{name} {attribute.I} → {OneOff(attribute.I)}", copy => copy.I = OneOff(copy.I));
                break;
            case AttributeProto.Types.AttributeType.Float:
                yield return ($"{name} {attribute.F} → {Off(attribute.F)}", copy => copy.F = Off(copy.F));
                break;
            case AttributeProto.Types.AttributeType.Ints:
                for (int index = 0; index < attribute.Ints.Count; index++)
                {
                    int at = index;
                    yield return ($"{name}[{at}] + 1", copy => copy.Ints[at]++);
                }
                break;
            case AttributeProto.Types.AttributeType.String when OtherText.ContainsKey(attribute.S.ToStringUtf8()):
                string other = OtherText[attribute.S.ToStringUtf8()];
                yield return ($"{name} → {other}", copy => copy.S = ByteString.CopyFromUtf8(other));
                break;
        }
    }

    private static IEnumerable<(string Change, Action<TensorProto> Apply)> Of(TensorProto tensor)
    {
        if (tensor.DataType == (int)TensorProto.Types.DataType.Int64)
        {
            long[] values = MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray();
            for (int index = 0; index < Math.Min(values.Length, 3); index++)
            {
                // A slice from or to the end has such a limit.
                if (values[index] is long.MinValue or long.MaxValue) continue;
                long[] changed = [.. values];
                changed[index]++;
                yield return ($"{tensor.Name}[{index}] {values[index]} + 1", copy => Set(copy, changed));
            }
        }
        if (tensor.DataType == (int)TensorProto.Types.DataType.Float)
        {
            float[] values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
            if (values.Length == 1)
            {
                yield return ($"{tensor.Name} {values[0]} → {Off(values[0])}", copy => Set(copy, [Off(values[0])]));
            }
            else if (values.Distinct().Count() > 1)
            {
                yield return ($"{tensor.Name} rotated", copy => Set(copy, [.. values[1..], values[0]]));
            }
        }
    }

    private static void Set<T>(TensorProto tensor, T[] values) where T : unmanaged =>
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values));

    private static void Drop(NodeProto node)
    {
        (node.OpType, node.Input[0]) = ("Identity", node.Input.First(input => input.Length > 0));
        while (node.Input.Count > 1) node.Input.RemoveAt(1);
        node.Attribute.Clear();
    }

    // Flags are inverted; axes, groups and counts are off by one.
    private static long OneOff(long value) => value is 0 or 1 ? 1 - value : value - 1;

    private static float Off(float value) => value switch
    {
        0 or float.NegativeInfinity or float.PositiveInfinity => 1,
        > -0.01f and < 0.01f => value * 10,
        _ => value * 1.1f,
    };
}
