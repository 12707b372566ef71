using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>A recurrent operator of ONNX.</summary>
/// <param name="OpType">The operator.</param>
/// <param name="Gates">For each gate of ONNX in its order, which one it is in the order of TorchSharp.</param>
/// <param name="States">How many states go from step to step.</param>
/// <param name="Activation">The non-linearity where there is a choice.</param>
internal sealed record RecurrentKind(string OpType, int[] Gates, int States, string? Activation = null)
{
    /// <summary>Gates i, f, g, o in TorchSharp and i, o, f, c in ONNX.</summary>
    public static RecurrentKind Lstm { get; } = new("LSTM", [0, 3, 1, 2], 2);

    /// <summary>Gates r, z, n in TorchSharp and z, r, h in ONNX.</summary>
    public static RecurrentKind Gru { get; } = new("GRU", [1, 0, 2], 1);

    /// <summary>The simple network, by tanh.</summary>
    public static RecurrentKind Tanh { get; } = new("RNN", [0], 1, "Tanh");

    /// <summary>The simple network, by relu.</summary>
    public static RecurrentKind Relu { get; } = new("RNN", [0], 1, "Relu");

    private static readonly NonLinearities[] NonLinearityChoices = [NonLinearities.Tanh, NonLinearities.ReLU];

    /// <summary>The non-linearity of a network.</summary>
    public static RecurrentKind Of(RNN module)
    {
        var layers = RecurrentWeights.Layers(module);
        var (hidden, features) = (layers[0][0].Recurrent.shape[1], layers[0][0].Input.shape[1]);
        return Of(HiddenChoice.Find(
            module, NonLinearityChoices,
            choice => RNN(
                features, hidden, layers.Count, choice, layers[0][0].InputBias is not null,
                RecurrentFields.BatchFirst(module), bidirectional: layers[0].Count == 2),
            (network, scale) => network.call(HiddenChoice.Probe(Probes, Probes, features) * scale).Item1));
    }

    /// <summary>The non-linearity of a cell.</summary>
    public static RecurrentKind Of(RNNCell module)
    {
        var weights = RecurrentWeights.Cell(module);
        var (hidden, features) = (weights.Recurrent.shape[1], weights.Input.shape[1]);
        return Of(HiddenChoice.Find(
            module, NonLinearityChoices,
            choice => RNNCell(features, hidden, choice, weights.InputBias is not null),
            (cell, scale) => cell.call(
                HiddenChoice.Probe(Probes, features) * scale, HiddenChoice.Probe(Probes, hidden) * scale)));
    }

    private const int Probes = 4;

    private static RecurrentKind Of(NonLinearities choice) => choice == NonLinearities.Tanh ? Tanh : Relu;
}
