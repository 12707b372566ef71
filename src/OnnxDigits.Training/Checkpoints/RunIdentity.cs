using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchSharp;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>Everything that decides a run's weights to the bit: two runs that agree in it end alike.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Architecture">Its layers in order, each with name, kind, output shape and number of parameters.</param>
/// <param name="Recipe">How it is trained.</param>
/// <param name="DataSet">Name of the data set.</param>
/// <param name="DataSetSha256">Its digest.</param>
/// <param name="Threads">Threads of torch: sums come out differently with another number.</param>
/// <param name="Version">Version of this program.</param>
/// <param name="Torch">Version of libtorch.</param>
/// <param name="Device">Where it is trained: the kernels of another device give other bits.</param>
internal sealed record RunIdentity(
    string Network, string Architecture, Recipe Recipe, string DataSet, string DataSetSha256, int Threads, string Version,
    string Torch, string Device = TrainingDevice.Cpu)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static RunIdentity Of(DigitNetwork network, Recipe recipe, DigitDataSet data) =>
        Of(network, recipe, data.Name, data.Sha256);

    public static RunIdentity Of(DigitNetwork network, Recipe recipe, string dataSet, string dataSetSha256) => new(
        network.Name,
        string.Join(", ", network.Layers.Select(
            layer => $"{layer.Name} {layer.Kind} {layer.OutputShapeText} {layer.Parameters}")),
        recipe, dataSet, dataSetSha256, torch.get_num_threads(), ModelMetadata.Version, torch.__version__,
        TrainingDevice.NameOf(network.Device));

    /// <summary>What differs, such as <c>epochs 5, now 3</c>; empty when nothing does.</summary>
    public IReadOnlyList<string> DifferencesTo(RunIdentity now) =>
        [.. Facts(this).Zip(Facts(now)).Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => $"{pair.First.Name} {pair.First.Value}, now {pair.Second.Value}")];

    // The recipe's own properties are named one by one, whatever it has.
    private static IEnumerable<(string Name, string Value)> Facts(RunIdentity identity) =>
        JsonSerializer.SerializeToNode(identity, Json)!.AsObject()
            .SelectMany(fact => fact.Value is JsonObject recipe ? recipe.AsEnumerable() : [fact])
            .Select(fact => (fact.Key.Replace('_', ' '), $"{fact.Value}"));
}
