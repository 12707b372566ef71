using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Modules;

public sealed class RecurrentTests
{
    private const int Features = 3;

    private sealed record Network(
        int Hidden, int Layers, bool Bidirectional, bool BatchFirst, bool Bias, bool States, int Length, int Batch,
        int Opset)
    {
        public long[] Shape => BatchFirst ? [Batch, Length, Features] : [Length, Batch, Features];

        public Tensor State() => randn(Layers * (Bidirectional ? 2 : 1), Batch, Hidden);

        // Both the batch and the sequence length are dynamic.
        public OnnxExportOptions Options(int states) => new()
        {
            Opset = Opset,
            DynamicBatch = false,
            DynamicDimensions =
            [
                new("N", 0, BatchFirst ? 0 : 1), new("T", 0, BatchFirst ? 1 : 0),
                .. States ? Enumerable.Range(1, states).Select(state => new DynamicDimension("N", state, 1)) : [],
            ],
        };
    }

    private static readonly Gen<Network> Networks =
        from hidden in Gen.Int[1, 5]
        from layers in Gen.Int[1, 3]
        from flags in Gen.Bool.Array[4]
        from length in Gen.Int[1, 5]
        from batch in Gen.Int[1, 3]
        from opset in ModuleCheck.Opsets
        select new Network(hidden, layers, flags[0], flags[1], flags[2], flags[3], length, batch, opset);

    private static void Check(Network network, nn.Module module, Func<object?> states, int count)
    {
        using var scope = NewDisposeScope();
        ModuleCheck.Randomize(module);
        ModuleCheck.IsEqual(module, [randn(network.Shape), network.States ? states() : null], network.Options(count));
    }

    [Fact]
    public void Lstm_AnyHyperparameters_Equal() => Networks.Sample(network => Check(
        network,
        nn.LSTM(
            Features, network.Hidden, network.Layers, network.Bias, network.BatchFirst,
            bidirectional: network.Bidirectional),
        () => (network.State(), network.State()), 2), iter: 60, threads: 1);

    [Fact]
    public void Gru_AnyHyperparameters_Equal() => Networks.Sample(network => Check(
        network,
        nn.GRU(
            Features, network.Hidden, network.Layers, network.Bias, network.BatchFirst,
            bidirectional: network.Bidirectional),
        network.State, 1), iter: 60, threads: 1);

    [Fact]
    public void Rnn_AnyHyperparameters_Equal() =>
        (from network in Networks from relu in Gen.Bool select (network, relu)).Sample(drawn => Check(
            drawn.network,
            nn.RNN(
                Features, drawn.network.Hidden, drawn.network.Layers,
                drawn.relu ? nn.NonLinearities.ReLU : nn.NonLinearities.Tanh,
                drawn.network.Bias, drawn.network.BatchFirst,
                bidirectional: drawn.network.Bidirectional),
            drawn.network.State, 1), iter: 60, threads: 1);

    [Fact]
    public void Cells_AnyHyperparameters_Equal() =>
        (from kind in Gen.Int[0, 3]
         from hidden in Gen.Int[1, 5]
         from bias in Gen.Bool
         from batch in Gen.Int[2, 4]
             // LSTMCell requires its states.
         from states in kind == 0 ? Gen.Const(true) : Gen.Bool
         from opset in ModuleCheck.Opsets
         select (kind, hidden, bias, batch, states, opset)).Sample(drawn =>
         {
             using var scope = NewDisposeScope();
             nn.Module cell = drawn.kind switch
             {
                 0 => nn.LSTMCell(Features, drawn.hidden, drawn.bias),
                 1 => nn.GRUCell(Features, drawn.hidden, drawn.bias),
                 2 => nn.RNNCell(Features, drawn.hidden, nn.NonLinearities.Tanh, drawn.bias),
                 _ => nn.RNNCell(Features, drawn.hidden, nn.NonLinearities.ReLU, drawn.bias),
             };
             ModuleCheck.Randomize(cell);
             Tensor input = randn(drawn.batch, Features), hidden = randn(drawn.batch, drawn.hidden);
             object? states = !drawn.states ? null
                 : drawn.kind == 0 ? (hidden, randn(drawn.batch, drawn.hidden))
                 : hidden;
             ModuleCheck.IsEqual(cell, [input, states], new() { Opset = drawn.opset });
         }, iter: 60, threads: 1);

    [Fact]
    public void Cells_Vector_Equal()
    {
        ModuleCheck.IsEqual(nn.GRUCell(Features, 4), [randn(Features), randn(4)], new() { DynamicBatch = false });
        ModuleCheck.IsEqual(nn.RNNCell(Features, 4), [randn(Features), randn(4)], new() { DynamicBatch = false });
    }

    [Fact]
    public void Lstm_Weights_AreWrittenOnceUnderTheirNames()
    {
        using var module = nn.LSTM(40, 50, 2, bidirectional: true);
        var graph = Onnx.ModelProto.Parser.ParseFrom(
            OnnxExporter.Export(module, [randn(3, 2, 40)], new OnnxExportOptions()).ToBytes()).Graph;
        var parameters = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.numel());
        Assert.Equal(
            parameters.Keys.Order(),
            graph.Initializer.Select(tensor => tensor.Name).Where(parameters.ContainsKey).Order());
        long elements = graph.Initializer.Sum(tensor => tensor.RawData.Length) / sizeof(float);
        Assert.InRange(elements, parameters.Values.Sum(), parameters.Values.Sum() + 50);
    }
}
