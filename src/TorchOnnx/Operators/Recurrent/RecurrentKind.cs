using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>Describes how a recurrent operator of ONNX differs from torch's.</summary>
/// <param name="OpType">The ONNX operator.</param>
/// <param name="Gates">For each gate in ONNX's order, its index in torch's order.</param>
/// <param name="States">The number of states: 2 for LSTM (hidden and cell), 1 otherwise.</param>
/// <param name="Activation">The nonlinearity of an RNN; <see langword="null"/> for LSTM and GRU.</param>
internal sealed record RecurrentKind(string OpType, int[] Gates, int States, string? Activation = null)
{
    // torch orders the gates i, f, g, o; ONNX orders them i, o, f, c.
    public static RecurrentKind Lstm { get; } = new("LSTM", [0, 3, 1, 2], 2);

    // torch orders the gates r, z, n; ONNX orders them z, r, h.
    public static RecurrentKind Gru { get; } = new("GRU", [1, 0, 2], 1);

    public static RecurrentKind Tanh { get; } = new("RNN", [0], 1, "Tanh");
    public static RecurrentKind Relu { get; } = new("RNN", [0], 1, "Relu");

    private const int ProbeLength = 4;
    private static readonly NonLinearities[] NonLinearityChoices = [NonLinearities.Tanh, NonLinearities.ReLU];

    /// <summary>Finds the nonlinearity of a network.</summary>
    public static RecurrentKind Of(RNN module)
    {
        var layers = RecurrentWeights.Layers(module);
        var (hidden, features) = (layers[0][0].Recurrent.shape[1], layers[0][0].Input.shape[1]);
        return Of(NativeHyperparameter.Find(
            module, NonLinearityChoices,
            choice => RNN(
                features, hidden, layers.Count, choice, layers[0][0].InputBias is not null,
                RecurrentConverters.BatchFirst(module), bidirectional: layers[0].Count == 2),
            (network, scale) =>
                network.call(NativeHyperparameter.Probe(ProbeLength, ProbeLength, features) * scale).Item1));
    }

    /// <summary>Finds the nonlinearity of a cell.</summary>
    public static RecurrentKind Of(RNNCell module)
    {
        var weights = RecurrentWeights.Cell(module);
        var (hidden, features) = (weights.Recurrent.shape[1], weights.Input.shape[1]);
        return Of(NativeHyperparameter.Find(
            module, NonLinearityChoices,
            choice => RNNCell(features, hidden, choice, weights.InputBias is not null),
            (cell, scale) => cell.call(
                NativeHyperparameter.Probe(ProbeLength, features) * scale,
                NativeHyperparameter.Probe(ProbeLength, hidden) * scale)));
    }

    private static RecurrentKind Of(NonLinearities choice) => choice == NonLinearities.Tanh ? Tanh : Relu;
}
