#!/usr/bin/env dotnet
#:package Microsoft.ML.OnnxRuntime
#:project ../../src/TorchOnnx.OnnxRuntime/TorchOnnx.OnnxRuntime.csproj
#:property UsesLibTorch=true
#:property PublishAot=false

// Exports a small GPT whose cache of keys and values is an input and an output, and generates text with ONNX Runtime
// alone: dotnet run -c Release samples/gallery/gpt.cs
// A cache in a field of the module would be lost, because a graph keeps no state between runs.

using Microsoft.ML.OnnxRuntime;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

random.manual_seed(1);
using var model = new Gpt(layers: 2);
model.eval();

// The example has 3 new tokens after 5 in the cache. Both lengths stay open. Each layer has keys and values of shape
// [batch, heads, past, size]; in the list of tensors, inputs 1 to 4 are the cache.
var cache = Enumerable.Range(0, 2).Select(_ => new Memory(randn(1, Gpt.Heads, 5, 8), randn(1, Gpt.Heads, 5, 8)));
var program = OnnxExporter.Export(model, [tensor(new long[] { 1, 2, 3 }).view(1, 3), cache.ToList()], new()
{
    DynamicDimensions =
    [
        new("new", 0, 1) { Max = 32 },
        .. Enumerable.Range(1, 4).Select(input => new DynamicDimension("past", input, 2) { Max = 32 }),
    ],
    Verifier = new OnnxRuntimeRunner(),
});
Console.WriteLine(program.Report);

// The prompt is one run with an empty cache. Each further token is a run with one token and the cache so far.
using var session = new InferenceSession(program.ToBytes());
long[] prompt = [7, 3, 9, 4];
List<long> tokens = [.. prompt], next = [.. prompt];
float[][] past = [.. Enumerable.Range(0, 4).Select(_ => Array.Empty<float>())];
while (tokens.Count < 16)
{
    long length = tokens.Count - next.Count;
    OrtValue[] inputs =
    [
        OrtValue.CreateTensorValueFromMemory(next.ToArray(), [1, next.Count]),
        .. past.Select(values => OrtValue.CreateTensorValueFromMemory(values, [1, Gpt.Heads, length, 8])),
    ];
    using var results = session.Run(new RunOptions(), session.InputNames, inputs, session.OutputNames);
    float[] scores = results[0].GetTensorDataAsSpan<float>().ToArray();
    past = [.. results.Skip(1).Select(value => value.GetTensorDataAsSpan<float>().ToArray())];
    next = [Array.IndexOf(scores, scores.Max())];
    tokens.AddRange(next);
    foreach (var input in inputs) input.Dispose();
}
Console.WriteLine($"ONNX Runtime: {string.Join(' ', tokens)}");

// The module itself, without a cache.
List<long> expected = [.. prompt];
using (no_grad())
{
    while (expected.Count < 16)
    {
        var empty = Enumerable.Range(0, 2).Select(_ => new Memory(empty_cache(), empty_cache())).ToList();
        var (scores, _) = model.call(tensor(expected.ToArray()).view(1, -1), empty);
        expected.Add(scores.argmax(1).item<long>());
    }
}
Console.WriteLine($"TorchSharp:   {string.Join(' ', expected)}");
return tokens.SequenceEqual(expected) ? 0 : 1;

static Tensor empty_cache() => zeros(1, Gpt.Heads, 0, 8);

/// <summary>The keys and values of a layer.</summary>
internal sealed record Memory(Tensor Keys, Tensor Values);

internal sealed class Gpt : nn.Module<Tensor, List<Memory>, (Tensor Scores, List<Memory> Cache)>
{
    public const int Heads = 4, Size = 8 * Heads;
    private readonly Embedding tokens = nn.Embedding(10, Size), positions = nn.Embedding(64, Size);
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm = nn.LayerNorm(Size);
    private readonly Linear head = nn.Linear(Size, 10);

    public Gpt(int layers) : base(nameof(Gpt))
    {
        blocks = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => new Block())]);
        RegisterComponents();
    }

    public override (Tensor Scores, List<Memory> Cache) forward(Tensor ids, List<Memory> cache)
    {
        long past = cache[0].Keys.shape[2], total = past + ids.shape[1];
        var place = arange(past, total);
        var x = tokens.call(ids) + positions.call(place);
        // A token sees itself and those before it.
        var hidden = arange(total).unsqueeze(0) > place.unsqueeze(1);
        var next = new List<Memory>();
        foreach (var (block, memory) in blocks.Zip(cache))
        {
            (x, var extended) = block.call(x, memory, hidden);
            next.Add(extended);
        }
        return (head.call(norm.call(x)[.., -1]), next);
    }
}

internal sealed class Block : nn.Module<Tensor, Memory, Tensor, (Tensor, Memory)>
{
    private readonly LayerNorm norm1 = nn.LayerNorm(Gpt.Size), norm2 = nn.LayerNorm(Gpt.Size);
    private readonly Linear qkv = nn.Linear(Gpt.Size, 3 * Gpt.Size), output = nn.Linear(Gpt.Size, Gpt.Size);
    private readonly Sequential mlp = nn.Sequential(
        nn.Linear(Gpt.Size, 4 * Gpt.Size), nn.GELU(), nn.Linear(4 * Gpt.Size, Gpt.Size));

    public Block() : base(nameof(Block)) => RegisterComponents();

    public override (Tensor, Memory) forward(Tensor x, Memory memory, Tensor hidden)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var parts = qkv.call(norm1.call(x)).view(batch, length, 3, Gpt.Heads, -1).permute(2, 0, 3, 1, 4);
        memory = new(cat([memory.Keys, parts[1]], 2), cat([memory.Values, parts[2]], 2));
        var scores = parts[0].matmul(memory.Keys.transpose(2, 3)) / Math.Sqrt(8);
        var mixed = scores.masked_fill(hidden, float.NegativeInfinity).softmax(-1).matmul(memory.Values);
        x = x + output.call(mixed.transpose(1, 2).reshape(batch, length, -1));
        return (x + mlp.call(norm2.call(x)), memory);
    }
}
