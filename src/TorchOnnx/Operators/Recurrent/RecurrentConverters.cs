using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for recurrent networks and their cells.</summary>
internal static class RecurrentConverters
{
    public static IReadOnlyList<GraphValue> Lstm(LSTM module, ConversionContext context) =>
        Network(RecurrentKind.Lstm, module, context, BatchFirst(module), context.Tensors("h0_c0"));

    public static IReadOnlyList<GraphValue> Gru(GRU module, ConversionContext context) =>
        Network(RecurrentKind.Gru, module, context, BatchFirst(module), context.Tensors("h0"));

    public static IReadOnlyList<GraphValue> Rnn(RNN module, ConversionContext context) =>
        Network(RecurrentKind.Of(module), module, context, BatchFirst(module), context.Tensors("h0"));

    public static IReadOnlyList<GraphValue> LstmCell(LSTMCell module, ConversionContext context) =>
        Cell(RecurrentKind.Lstm, module, context, context.Tensors("h0_c0"));

    public static IReadOnlyList<GraphValue> GruCell(GRUCell module, ConversionContext context) =>
        Cell(RecurrentKind.Gru, module, context, context.Tensors("h0"));

    public static IReadOnlyList<GraphValue> RnnCell(RNNCell module, ConversionContext context) =>
        Cell(RecurrentKind.Of(module), module, context, context.Tensors("h0"));

    // TorchSharp keeps batch_first in private fields.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(LSTM module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(GRU module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    internal static extern ref bool BatchFirst(RNN module);

    private static IReadOnlyList<GraphValue> Network(
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, bool batchFirst,
        IReadOnlyList<GraphValue> initial)
    {
        var layers = RecurrentWeights.Layers(module);
        var states = initial.Select(state => SplitLayers(state, layers.Count, layers[0].Count, context)).ToList();
        var sequence = batchFirst ? SwapTimeAndBatch(context.Input, context) : context.Input;
        var last = Enumerable.Range(0, kind.States).Select(_ => new List<GraphValue>()).ToList();
        foreach (var (index, directions) in layers.Index())
        {
            var outputs = Layer(kind, directions, sequence, [.. states.Select(state => state[index])], context);
            sequence = Sequence(outputs[0], directions.Count, context);
            for (int state = 0; state < kind.States; state++) last[state].Add(outputs[1 + state]);
        }
        return
        [
            batchFirst ? SwapTimeAndBatch(sequence, context) : sequence,
            .. last.Select(state => context.Concat(state, 0)),
        ];
    }

    // Writes a cell as a layer over a sequence of one step.
    private static IReadOnlyList<GraphValue> Cell(
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, IReadOnlyList<GraphValue> initial)
    {
        long[] missing = context.InputShape.Count == 2 ? [0] : [0, 1];
        var states = initial.Select(state => context.Unsqueeze(state, missing)).ToList();
        var outputs = Layer(
            kind, [RecurrentWeights.Cell(module)], context.Unsqueeze(context.Input, missing), states, context);
        return [.. outputs.Skip(1).Select(state => context.Squeeze(state, missing))];
    }

    // Returns all steps [T, D, N, H] and the last of each state [D, N, H], where D is the number of directions.
    private static IReadOnlyList<GraphValue> Layer(
        RecurrentKind kind, IReadOnlyList<RecurrentWeights> directions, GraphValue sequence,
        IReadOnlyList<GraphValue> states, ConversionContext context)
    {
        var inner = Stack(direction => Write(direction.Input, kind, context));
        var recurrent = Stack(direction => Write(direction.Recurrent, kind, context));
        var bias = directions[0].InputBias is null ? null : Stack(direction => context.Concat(
            [Write(direction.InputBias!, kind, context), Write(direction.RecurrentBias!, kind, context)], 1));
        List<OnnxAttribute> attributes = [new("hidden_size", directions[0].Recurrent.shape[1])];
        if (directions.Count == 2) attributes.Add(new("direction", "bidirectional"));
        if (kind.Activation is { } activation)
        {
            attributes.Add(new("activations", Enumerable.Repeat(activation, directions.Count)));
        }
        if (kind == RecurrentKind.Gru) attributes.Add(new("linear_before_reset", 1));
        // The null is the optional input sequence_lens: all sequences have the same length.
        return context.AddMany(
            kind.OpType, [sequence, inner, recurrent, bias, null, .. states], 1 + kind.States, [.. attributes]);

        GraphValue Stack(Func<RecurrentWeights, GraphValue> part) => context.Concat([.. directions.Select(part)], 0);
    }

    // Reorders the gates from torch's order to ONNX's.
    private static GraphValue Write(torch.Tensor parameter, RecurrentKind kind, ConversionContext context)
    {
        using var scope = torch.NewDisposeScope();
        var gates = parameter.detach().chunk(kind.Gates.Length, 0);
        return context.Parameter(parameter, torch.cat([.. kind.Gates.Select(gate => gates[gate])], 0).unsqueeze(0));
    }

    private static IReadOnlyList<GraphValue> SplitLayers(
        GraphValue state, int layers, int directions, ConversionContext context) =>
        layers == 1
            ? [state]
            : context.AddMany(
                "Split", [state, context.Constant([.. Enumerable.Repeat((long)directions, layers)])], layers,
                new OnnxAttribute("axis", 0));

    // From [T, D, N, H] to [T, N, D · H].
    private static GraphValue Sequence(GraphValue steps, int directions, ConversionContext context) => directions == 1
        ? context.Squeeze(steps, 1)
        : context.Add("Reshape", [context.Permute(steps, [0, 2, 1, 3]), context.Constant([0L, 0, -1])]);

    private static GraphValue SwapTimeAndBatch(GraphValue value, ConversionContext context) =>
        context.Permute(value, [1, 0, 2]);
}
