using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchSharp;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>
/// Represents the settings that decide a run's weights. Runs with the same identity give the same weights, bit for
/// bit.
/// </summary>
/// <param name="Network">The name of the network.</param>
/// <param name="Layers">The layers in order with all their settings.</param>
/// <param name="Graph">The first 16 digits of the digest of the exported graph without weights.</param>
/// <param name="Recipe">The training settings.</param>
/// <param name="DataSet">The name of the data set.</param>
/// <param name="DataSetSha256">The SHA-256 of the data set.</param>
/// <param name="Threads">The number of torch threads, which decides the order of summation.</param>
/// <param name="Version">The version of this program.</param>
/// <param name="Torch">The version of libtorch.</param>
/// <param name="Device">The device, because each device has its own kernels.</param>
internal sealed record RunIdentity(
    string Network, IReadOnlyList<LayerSummary> Layers, string Graph, Recipe Recipe, string DataSet,
    string DataSetSha256, int Threads, string Version, string Torch, string Device)
{
    /// <summary>
    /// Gets the SHA-256 of the weights from which training started, or <c>null</c> if they were drawn at random.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>Gets <c>true</c> if only the last layer is trained, otherwise <c>null</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Frozen { get; init; }

    /// <summary>Returns the identity of a run in this process.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="recipe">The training settings.</param>
    /// <param name="dataSet">The name of the data set.</param>
    /// <param name="dataSetSha256">The SHA-256 of the data set.</param>
    /// <param name="device">The device that trains.</param>
    public static RunIdentity Of(
        SequentialModel network, Recipe recipe, string dataSet, string dataSetSha256, torch.Device device) => new(
            network.Name, network.Layers, Convert.ToHexStringLower(network.HashGraph())[..16], recipe, dataSet,
            dataSetSha256, torch.get_num_threads(), ModelMetadata.Version, torch.__version__,
            TrainingDevice.NameOf(device));

    /// <summary>
    /// Returns all settings by name, such as <c>batchSize</c>, <c>augmentation.rotation</c> or, for a layer,
    /// <c>conv2d_1</c>.
    /// </summary>
    public Dictionary<string, string> Settings() =>
        Leaves("", JsonSerializer.SerializeToNode(this, ReportJson.Options)!.AsObject()).ToDictionary();

    /// <summary>Returns the differences from another identity, such as <c>epochs 5, now 3</c>.</summary>
    public IReadOnlyList<string> DifferencesTo(RunIdentity now)
    {
        Dictionary<string, string> before = Settings(), after = now.Settings();
        return
        [
            .. before.Keys.Union(after.Keys)
                .Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name))
                .Select(name => $"{name} {before.GetValueOrDefault(name, "none")}, "
                    + $"now {after.GetValueOrDefault(name, "none")}"),
        ];
    }

    // Returns the settings by their paths. The paths of the recipe's settings start in the recipe.
    private static IEnumerable<(string Name, string Value)> Leaves(string prefix, JsonObject parent) =>
        parent.SelectMany(property => property.Value switch
        {
            null => [],
            JsonArray layers => DescribeLayers(layers),
            JsonObject child => Leaves(property.Key == "recipe" ? "" : $"{prefix}{property.Key}.", child),
            _ => [(prefix + property.Key, property.Value.ToString())],
        });

    // Returns the names of all layers, and the settings of each: "Conv2D, filters 32, kernel 3, …".
    private static IEnumerable<(string Name, string Value)> DescribeLayers(JsonArray layers) =>
        layers.Select(layer => (
            (string)layer!["name"]!,
            string.Join(", ", layer.AsObject()
                .Where(setting => setting.Key is not ("name" or "outputShape" or "parameters"))
                .Select(setting => setting.Key == "kind" ? $"{setting.Value}" : $"{setting.Key} {setting.Value}"))))
        .Prepend(("layers", string.Join(", ", layers.Select(layer => layer!["name"]))));
}
