using System.Text.Json;
using System.Text.Json.Nodes;
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
/// <param name="Architecture">The layers in order, each with name, kind, output shape and number of parameters.</param>
/// <param name="Recipe">The training settings.</param>
/// <param name="DataSet">The name of the data set.</param>
/// <param name="DataSetSha256">The SHA-256 of the data set.</param>
/// <param name="Threads">The number of torch threads, which decides the order of summation.</param>
/// <param name="Version">The version of this program.</param>
/// <param name="Torch">The version of libtorch.</param>
/// <param name="Device">The device, because each device has its own kernels.</param>
internal sealed record RunIdentity(
    string Network, string Architecture, Recipe Recipe, string DataSet, string DataSetSha256, int Threads,
    string Version, string Torch, string Device)
{
    /// <summary>Returns the identity of a run in this process.</summary>
    public static RunIdentity Of(DigitNetwork network, Recipe recipe, string dataSet, string dataSetSha256) => new(
        network.Name,
        string.Join(", ", network.Layers.Select(
            layer => $"{layer.Name} {layer.Kind} {layer.OutputShapeText} {layer.Parameters}")),
        recipe, dataSet, dataSetSha256, torch.get_num_threads(), ModelMetadata.Version, torch.__version__,
        TrainingDevice.NameOf(network.Device));

    /// <summary>Returns all settings by name, such as <c>batch_size</c> or <c>augmentation_rotation</c>.</summary>
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
                .Select(name => $"{name.Replace('_', ' ')} {before.GetValueOrDefault(name, "none")}, "
                    + $"now {after.GetValueOrDefault(name, "none")}"),
        ];
    }

    // The settings of the recipe have no prefix.
    private static IEnumerable<(string Name, string Value)> Leaves(string prefix, JsonObject parent) =>
        parent.SelectMany(property => property.Value switch
        {
            null => [],
            JsonObject child => Leaves(property.Key == "recipe" ? "" : $"{prefix}{property.Key}_", child),
            _ => [(prefix + property.Key, property.Value.ToString())],
        });
}
