using TorchSharp;
using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Recurrent networks and their single steps.</summary>
internal static class RecurrentConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMultiple<LSTM>((module, context) => Convert(
            RecurrentKind.Lstm, module, context, RecurrentFields.BatchFirst(module), context.Tensors("h0_c0")))
        .AddMultiple<GRU>((module, context) => Convert(
            RecurrentKind.Gru, module, context, RecurrentFields.BatchFirst(module), context.Tensors("h0")))
        .AddMultiple<RNN>((module, context) => Convert(
            RecurrentKind.Of(module), module, context, RecurrentFields.BatchFirst(module), context.Tensors("h0")))
        .AddMultiple<LSTMCell>((module, context) => Step(RecurrentKind.Lstm, module, context, context.Tensors("h0_c0")))
        .AddMultiple<GRUCell>((module, context) => Step(RecurrentKind.Gru, module, context, context.Tensors("h0")))
        .AddMultiple<RNNCell>((module, context) => Step(
            RecurrentKind.Of(module), module, context, context.Tensors("h0")));

    private static IReadOnlyList<GraphValue> Convert(
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, bool batchFirst, IReadOnlyList<GraphValue> initial)
    {
        var layers = RecurrentWeights.Layers(module);
        var states = initial.Select(state => Layers(state, layers.Count, layers[0].Count, context)).ToList();
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
            .. last.Select(state => state.Count == 1 ? state[0] : context.Add("Concat", [.. state], new OnnxAttribute("axis", 0))),
        ];
    }

    // A cell is a layer over a sequence of one step.
    private static IReadOnlyList<GraphValue> Step(
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, IReadOnlyList<GraphValue> initial)
    {
        long[] missing = context.InputShape.Count == 2 ? [0] : [0, 1];
        var states = initial.Select(state => context.Add("Unsqueeze", [state, context.Constant(missing)])).ToList();
        var outputs = Layer(
            kind, [RecurrentWeights.Cell(module)], context.Add("Unsqueeze", [context.Input, context.Constant(missing)]), states,
            context);
        return [.. outputs.Skip(1).Select(state => context.Add("Squeeze", [state, context.Constant(missing)]))];
    }

    /// <summary>One layer in one or both directions: all steps [T, D, N, H], and the last of each state [D, N, H].</summary>
    private static IReadOnlyList<GraphValue> Layer(
        RecurrentKind kind, IReadOnlyList<RecurrentWeights> directions, GraphValue sequence, IReadOnlyList<GraphValue> states,
        ConversionContext context)
    {
        var inner = Stack([.. directions.Select(direction => Write(direction.Input, kind, context))], 0, context);
        var recurrent = Stack([.. directions.Select(direction => Write(direction.Recurrent, kind, context))], 0, context);
        var bias = directions[0].InputBias is null ? null : Stack([.. directions.Select(direction => Stack(
            [Write(direction.InputBias!, kind, context), Write(direction.RecurrentBias!, kind, context)], 1, context))], 0, context);
        List<OnnxAttribute> attributes = [new("hidden_size", directions[0].Recurrent.shape[1])];
        if (directions.Count == 2) attributes.Add(new("direction", "bidirectional"));
        if (kind.Activation is { } activation)
            attributes.Add(new("activations", Enumerable.Repeat(activation, directions.Count)));
        if (kind == RecurrentKind.Gru) attributes.Add(new("linear_before_reset", 1));
        // Between bias and initial states stand the lengths of the sequences, which are all the same.
        return context.AddMany(
            kind.OpType, [sequence, inner, recurrent, bias, null, .. states], 1 + kind.States, [.. attributes]);
    }

    private static GraphValue Write(torch.Tensor parameter, RecurrentKind kind, ConversionContext context)
    {
        using var scope = torch.NewDisposeScope();
        var gates = parameter.detach().chunk(kind.Gates.Length, 0);
        return context.Parameter(parameter, torch.cat([.. kind.Gates.Select(gate => gates[gate])], 0).unsqueeze(0));
    }

    private static GraphValue Stack(GraphValue[] parts, int axis, ConversionContext context) =>
        parts.Length == 1 ? parts[0] : context.Add("Concat", parts, new OnnxAttribute("axis", axis));

    private static IReadOnlyList<GraphValue> Layers(GraphValue state, int layers, int directions, ConversionContext context) =>
        layers == 1
            ? [state]
            : context.AddMany(
                "Split", [state, context.Constant([.. Enumerable.Repeat((long)directions, layers)])], layers,
                new OnnxAttribute("axis", 0));

    // [T, D, N, H] to [T, N, D · H].
    private static GraphValue Sequence(GraphValue steps, int directions, ConversionContext context) => directions == 1
        ? context.Add("Squeeze", [steps, context.Constant([1L])])
        : context.Add(
            "Reshape",
            [
                context.Add("Transpose", steps, new OnnxAttribute("perm", [0L, 2, 1, 3])),
                context.Constant([0L, 0, -1]),
            ]);

    private static GraphValue SwapTimeAndBatch(GraphValue value, ConversionContext context) =>
        context.Add("Transpose", value, new OnnxAttribute("perm", [1L, 0, 2]));
}
