using CsCheck;

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

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN tanh")]
    [InlineData("RNN relu")]
    public void Network_AnyHyperparameters_Equal(string kind) => Networks.Check(40, network =>
    {
        using var scope = NewDisposeScope();
        var (hidden, layers, bidirectional) = (network.Hidden, network.Layers, network.Bidirectional);
        nn.Module module = kind switch
        {
            "LSTM" => nn.LSTM(
                Features, hidden, layers, network.Bias, network.BatchFirst, bidirectional: bidirectional),
            "GRU" => nn.GRU(Features, hidden, layers, network.Bias, network.BatchFirst, bidirectional: bidirectional),
            _ => nn.RNN(
                Features, hidden, layers, kind == "RNN relu" ? nn.NonLinearities.ReLU : nn.NonLinearities.Tanh,
                network.Bias, network.BatchFirst, bidirectional: bidirectional),
        };
        ModuleCheck.Randomize(module);
        if (kind == "RNN relu") StayActive(module);
        object? states = !network.States ? null
            : kind == "LSTM" ? (network.State(), network.State())
            : network.State();
        ModuleCheck.IsEqual(module, [randn(network.Shape), states], network.Options(kind == "LSTM" ? 2 : 1));
    });

    // If most results are 0, those that cancel out to nearly 0 set the scale.
    private static void StayActive(nn.Module module)
    {
        using var noGrad = no_grad();
        foreach (var weight in module.parameters()) weight.abs_();
    }

    [Fact]
    public void Cells_AnyHyperparameters_Equal() =>
        (from kind in Gen.Int[0, 3]
         from hidden in Gen.Int[1, 5]
         from bias in Gen.Bool
         from batch in Gen.Int[2, 4]
             // LSTMCell requires its states.
         from states in kind == 0 ? Gen.Const(true) : Gen.Bool
         from opset in ModuleCheck.Opsets
         select (kind, hidden, bias, batch, states, opset)).Check(60, drawn =>
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
             if (drawn.kind == 3) StayActive(cell);
             Tensor input = randn(drawn.batch, Features), hidden = randn(drawn.batch, drawn.hidden);
             object? states = !drawn.states ? null
                 : drawn.kind == 0 ? (hidden, randn(drawn.batch, drawn.hidden))
                 : hidden;
             ModuleCheck.IsEqual(cell, [input, states], new() { Opset = drawn.opset });
         });

    [Fact]
    public void Cells_Vector_Equal()
    {
        ModuleCheck.IsEqual(nn.GRUCell(Features, 4), [randn(Features), randn(4)], new() { DynamicBatch = false });
        ModuleCheck.IsEqual(nn.RNNCell(Features, 4), [randn(Features), randn(4)], new() { DynamicBatch = false });
    }

    // The weights of both directions are joined.
    [Fact]
    public void Lstm_Weights_AreWrittenOnce()
    {
        using var module = nn.LSTM(40, 50, 2, bidirectional: true);
        var graph = Onnx.ModelProto.Parser.ParseFrom(
            OnnxExporter.Export(module, [randn(3, 2, 40)], new OnnxExportOptions()).ToBytes()).Graph;
        var parameters = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.numel());
        Assert.Equal(
            [
                "bias_ih_l0.Concat.Concat", "bias_ih_l1.Concat.Concat", "weight_hh_l0.Concat", "weight_hh_l1.Concat",
                "weight_ih_l0.Concat", "weight_ih_l1.Concat",
            ],
            graph.Initializer.Select(tensor => tensor.Name).Where(name => !name.StartsWith('/'))
                .Order(StringComparer.Ordinal));
        long elements = graph.Initializer.Sum(tensor => tensor.RawData.Length) / sizeof(float);
        Assert.InRange(elements, parameters.Values.Sum(), parameters.Values.Sum() + 50);
    }
}
