using CsCheck;
using TorchSharp.Modules;

namespace TorchOnnx.Tests.Modules;

public sealed class AttentionTests
{
    private const int Width = 12, Batch = 2;
    private static readonly Gen<int> Heads = Gen.OneOf(1, 2, 3, 4, 6, 12);
    private static readonly Gen<nn.Activations> Activations = Gen.OneOf(nn.Activations.ReLU, nn.Activations.GELU);

    // Masks the keys after the nth in row n, so that every row keeps at least one.
    private static Tensor Padding(Tensor keys) => ones([keys.shape[1], keys.shape[0]], ScalarType.Bool).triu(1);

    private static Tensor Later(Tensor queries, Tensor keys) => ones(queries.shape[0], keys.shape[0]).triu(1);

    private static DynamicDimension[] Open(string name, params (int Input, int Axis)[] places) =>
        [.. places.Select(place => new DynamicDimension(name, place.Input, place.Axis))];

    private static OnnxExportOptions Options(int opset, params DynamicDimension[][] dimensions) => new()
    {
        Opset = opset,
        DynamicBatch = false,
        DynamicDimensions = [.. dimensions.SelectMany(list => list)],
    };

    [Fact]
    public void MultiheadAttention_AnyHyperparameters_Equal() =>
        (from heads in Heads
         from flags in Gen.Bool.Array[6]
         from width in Gen.Long[1, 7].Nullable()
         from targets in Gen.Int[1, 4]
         from sources in Gen.Int[2, 5]
         from opset in ModuleCheck.Opsets
         select (heads, flags, width, targets, sources, opset)).Check(50, drawn =>
         {
             using var scope = NewDisposeScope();
             var (bias, extra, zero, weights) = (drawn.flags[0], drawn.flags[1], drawn.flags[2], drawn.flags[3]);
             var module = nn.MultiheadAttention(Width, drawn.heads, 0, bias, extra, zero, drawn.width, drawn.width);
             ModuleCheck.Randomize(module);
             long source = drawn.width ?? Width;
             var model = new BinaryLambda((keys, queries) =>
             {
                 var (result, shares) = module.call(
                     queries, keys, keys, drawn.flags[4] ? Padding(keys) : null, weights,
                     drawn.flags[5] ? Later(queries, keys) : null);
                 return weights ? cat([result.flatten(), shares.flatten()]) : result;
             }, module);
             ModuleCheck.IsEqual(
                 model, [randn(drawn.sources, Batch, source), randn(drawn.targets, Batch, Width)],
                 Options(drawn.opset, Open("N", (0, 1), (1, 1)), Open("S", (0, 0)), Open("T", (1, 0))));
         });

    [Fact]
    public void MultiheadAttention_BooleanMask_Equal()
    {
        using var module = nn.MultiheadAttention(Width, 3);
        var input = randn(3, Batch, Width);
        ModuleCheck.IsEqual(
            module, [input, randn(3, Batch, Width), randn(3, Batch, Width), null, true, eye(3).to(ScalarType.Bool)],
            new() { DynamicBatch = false });
    }

    [Fact]
    public void Encoder_AnyHyperparameters_Equal() =>
        (from heads in Heads
         from activation in Activations
         from feedForward in Gen.Int[1, 9]
         from layers in Gen.Int[0, 2]
         from flags in Gen.Bool.Array[2]
         from length in Gen.Int[2, 4]
         from opset in ModuleCheck.Opsets
         select (heads, activation, feedForward, layers, flags, length, opset)).Check(30, drawn =>
         {
             using var scope = NewDisposeScope();
             var layer = nn.TransformerEncoderLayer(Width, drawn.heads, drawn.feedForward, 0.1, drawn.activation);
             nn.Module module = drawn.layers == 0 ? layer : nn.TransformerEncoder(layer, drawn.layers);
             ModuleCheck.Randomize(module);
             var model = new BinaryLambda((source, other) =>
             {
                 var mask = drawn.flags[0] ? Later(source, source) : null;
                 var padding = drawn.flags[1] ? Padding(source) : null;
                 return other + (module switch
                 {
                     TransformerEncoder encoder => encoder.call(source, mask!, padding!),
                     _ when mask is null && padding is null => layer.call(source),
                     _ => layer.call(source, mask!, padding!),
                 });
             }, module);
             ModuleCheck.IsEqual(
                 model, [randn(drawn.length, Batch, Width), randn(1, 1, Width)],
                 Options(drawn.opset, Open("N", (0, 1)), Open("T", (0, 0))));
         });

    [Fact]
    public void Decoder_AnyHyperparameters_Equal() =>
        (from heads in Heads
         from activation in Activations
         from feedForward in Gen.Int[1, 9]
         from layers in Gen.Int[0, 2]
         from masked in Gen.Bool
         from targets in Gen.Int[2, 4]
         from sources in Gen.Int[2, 4]
         from opset in ModuleCheck.Opsets
         select (heads, activation, feedForward, layers, masked, targets, sources, opset)).Check(30, drawn =>
         {
             using var scope = NewDisposeScope();
             var layer = nn.TransformerDecoderLayer(Width, drawn.heads, drawn.feedForward, 0.1, drawn.activation);
             nn.Module module = drawn.layers == 0 ? layer : nn.TransformerDecoder(layer, drawn.layers);
             ModuleCheck.Randomize(module);
             var model = new BinaryLambda((memory, target) =>
             {
                 Tensor?[] masks = drawn.masked
                     ? [Later(target, target), Later(target, memory), Padding(target), Padding(memory)]
                     : new Tensor?[4];
                 return module is TransformerDecoder decoder
                     ? decoder.call(target, memory, masks[0]!, masks[1]!, masks[2]!, masks[3]!)
                     : layer.call(target, memory, masks[0]!, masks[1]!, masks[2]!, masks[3]!);
             }, module);
             ModuleCheck.IsEqual(
                 model, [randn(drawn.sources, Batch, Width), randn(drawn.targets, Batch, Width)],
                 Options(drawn.opset, Open("N", (0, 1), (1, 1)), Open("S", (0, 0)), Open("T", (1, 0))));
         });

    [Fact]
    public void Transformer_AnyHyperparameters_Equal() =>
        (from heads in Heads
         from activation in Activations
         from encoders in Gen.Int[0, 2]
         from decoders in Gen.Int[0, 2]
         from masked in Gen.Bool
         from opset in ModuleCheck.Opsets
         select (heads, activation, encoders, decoders, masked, opset)).Check(20, drawn =>
         {
             using var scope = NewDisposeScope();
             var module = nn.Transformer(Width, drawn.heads, drawn.encoders, drawn.decoders, 7, 0.1, drawn.activation);
             ModuleCheck.Randomize(module);
             var model = new BinaryLambda((source, target) => drawn.masked
                 ? module.call(
                     source, target, Later(source, source), Later(target, target), Later(target, source),
                     Padding(source), Padding(target), Padding(source))
                 : module.call(source, target), module);
             ModuleCheck.IsEqual(
                 model, [randn(4, Batch, Width), randn(3, Batch, Width)],
                 Options(drawn.opset, Open("N", (0, 1), (1, 1)), Open("S", (0, 0)), Open("T", (1, 0))));
         });
}
