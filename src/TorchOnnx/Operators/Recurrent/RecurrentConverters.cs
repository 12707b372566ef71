using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

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
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, bool batchFirst,
        IReadOnlyList<GraphValue> initial)
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
            .. last.Select(state => context.Concat(state, 0)),
        ];
    }

    // A cell is a layer over a sequence of one step.
    private static IReadOnlyList<GraphValue> Step(
        RecurrentKind kind, torch.nn.Module module, ConversionContext context, IReadOnlyList<GraphValue> initial)
    {
        long[] missing = context.InputShape.Count == 2 ? [0] : [0, 1];
        var states = initial.Select(state => context.Unsqueeze(state, missing)).ToList();
        var outputs = Layer(
            kind, [RecurrentWeights.Cell(module)], context.Unsqueeze(context.Input, missing), states, context);
        return [.. outputs.Skip(1).Select(state => context.Squeeze(state, missing))];
    }

    /// <summary>One layer in one or both directions: all steps [T, D, N, H], and the last of each state [D, N, H].</summary>
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
            attributes.Add(new("activations", Enumerable.Repeat(activation, directions.Count)));
        if (kind == RecurrentKind.Gru) attributes.Add(new("linear_before_reset", 1));
        // Between bias and initial states stand the lengths of the sequences, which are all the same.
        return context.AddMany(
            kind.OpType, [sequence, inner, recurrent, bias, null, .. states], 1 + kind.States, [.. attributes]);

        GraphValue Stack(Func<RecurrentWeights, GraphValue> part) => context.Concat([.. directions.Select(part)], 0);
    }

    private static GraphValue Write(torch.Tensor parameter, RecurrentKind kind, ConversionContext context)
    {
        using var scope = torch.NewDisposeScope();
        var gates = parameter.detach().chunk(kind.Gates.Length, 0);
        return context.Parameter(parameter, torch.cat([.. kind.Gates.Select(gate => gates[gate])], 0).unsqueeze(0));
    }

    private static IReadOnlyList<GraphValue> Layers(
        GraphValue state, int layers, int directions, ConversionContext context) =>
        layers == 1
            ? [state]
            : context.AddMany(
                "Split", [state, context.Constant([.. Enumerable.Repeat((long)directions, layers)])], layers,
                new OnnxAttribute("axis", 0));

    // [T, D, N, H] to [T, N, D · H].
    private static GraphValue Sequence(GraphValue steps, int directions, ConversionContext context) => directions == 1
        ? context.Squeeze(steps, 1)
        : context.Add("Reshape", [context.Permute(steps, [0, 2, 1, 3]), context.Constant([0L, 0, -1])]);

    private static GraphValue SwapTimeAndBatch(GraphValue value, ConversionContext context) =>
        context.Permute(value, [1, 0, 2]);
}
