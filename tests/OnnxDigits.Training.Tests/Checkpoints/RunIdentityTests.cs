using System.Text.Json;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchSharp;

namespace OnnxDigits.Training.Tests.Checkpoints;

public class RunIdentityTests
{
    /// <summary>Each edit changes one setting, or the order, of the same layers.</summary>
    public static TheoryData<string, string> Edits => new()
    {
        { "kernel", "conv2d_1 Conv2D, filters 4, kernel 1, stride 1, padding same, activation linear, now Conv2D, "
            + "filters 4, kernel 3, stride 1, padding same, activation linear" },
        { "stride", "max_pooling2d MaxPooling2D, kernel 3, stride 2, padding same, now MaxPooling2D, "
            + "kernel 3, stride 3, padding same" },
        { "padding", "max_pooling2d MaxPooling2D, kernel 3, stride 2, padding same, now MaxPooling2D, "
            + "kernel 3, stride 2, padding valid" },
        { "activation", "dense Dense, units 10, activation linear, now Dense, units 10, activation relu" },
        { "order", "layers conv2d, max_pooling2d, batch_normalization, conv2d_1, flatten, dense, now conv2d, "
            + "batch_normalization, max_pooling2d, conv2d_1, flatten, dense" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void DifferencesTo_EditedNetwork_NamesTheLayers(string edit, string difference)
    {
        RunIdentity before = Identity(Network(edit: "")), now = Identity(Network(edit));
        Assert.Contains(difference, before.DifferencesTo(now));
        Assert.NotEqual(before.Graph, now.Graph);
    }

    [Fact]
    public void DifferencesTo_SameNetworkWithOtherWeights_FindsNone()
    {
        RunIdentity before = Identity(DigitNetworks.Create("best", seed: 1));
        RunIdentity now = Identity(DigitNetworks.Create("best", seed: 2));
        Assert.Empty(before.DifferencesTo(now));
        Assert.Equal(["graph 0, now " + now.Graph], (before with { Graph = "0" }).DifferencesTo(now));
        Assert.Equal(["device cuda:1, now cpu"], (before with { Device = "cuda:1" }).DifferencesTo(now));
    }

    [Fact]
    public void DifferencesTo_WithoutAugmentation_NamesItsSettings()
    {
        RunIdentity with = Identity(DigitNetworks.Create("dense", seed: 1));
        with = with with { Recipe = with.Recipe with { Augmentation = new Augmentation { Rotation = 10 } } };
        RunIdentity without = with with { Recipe = with.Recipe with { Augmentation = null } };
        string[] settings = [.. with.Settings().Keys.Where(name => name.StartsWith("augmentation."))];
        Assert.Contains("augmentation.rotation 10, now none", with.DifferencesTo(without));
        Assert.Contains("augmentation.rotation none, now 10", without.DifferencesTo(with));
        Assert.Equal(settings, with.DifferencesTo(without).Select(difference => difference.Split(' ')[0]));
        Assert.Equal(settings, without.DifferencesTo(with).Select(difference => difference.Split(' ')[0]));
        Assert.Equal(torch.__version__, with.Torch);
        Assert.NotEmpty(with.Version);
    }

    [Fact]
    public void HashGraph_AnyNetwork_LeavesTheWeights()
    {
        using SequentialModel network = DigitNetworks.Create("best", seed: 1);
        Dictionary<string, torch.Tensor> before = network.CopyWeights();
        network.HashGraph();
        foreach ((string name, torch.Tensor weight) in network.CopyWeights()) Assert.True(weight.Equals(before[name]));
    }

    [Fact]
    public void Json_Identity_RoundTripsInCamelCaseWithNames()
    {
        RunIdentity identity = Identity(DigitNetworks.Create("best", seed: 1));
        byte[] json = ReportJson.ToUtf8(identity);
        Assert.Empty(identity.DifferencesTo(ReportJson.Read<RunIdentity>(json)));
        JsonElement layer = JsonDocument.Parse(json).RootElement.GetProperty("layers")[0];
        Assert.Equal(
            [
                "name conv2d", "kind Conv2D", "outputShape [16,28,28]", "parameters 160", "filters 16", "kernel 3",
                "stride 1", "padding same", "activation linear",
            ],
            layer.EnumerateObject().Select(setting => $"{setting.Name} {setting.Value}"
                .Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal)));
    }

    private static RunIdentity Identity(SequentialModel network)
    {
        using (network) return RunIdentity.Of(network, Recipe.For("dense"), "generated", "abc", torch.CPU);
    }

    private static SequentialModel Network(string edit)
    {
        SequentialModel model = new SequentialModel(1, 4, 4) { Name = "edited" }.Conv2D(4, kernel: 1);
        if (edit == "order") model.BatchNormalization();
        model.MaxPooling2D(3, edit == "stride" ? 3 : 2, edit == "padding" ? Padding2D.Valid : Padding2D.Same);
        if (edit != "order") model.BatchNormalization();
        return model.Conv2D(4, edit == "kernel" ? 3 : 1, padding: Padding2D.Same)
            .Flatten().Dense(10, edit == "activation" ? Activation.Relu : Activation.Linear);
    }
}
