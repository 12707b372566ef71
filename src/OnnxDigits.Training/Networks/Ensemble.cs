using OnnxDigits.Training.Loop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <summary>The mean of the logits that several networks give to the same images [N, channels, height, width]: [N, classes].</summary>
/// <remarks>
/// B. Lakshminarayanan, A. Pritzel and C. Blundell, Simple and scalable predictive uncertainty estimation using deep
/// ensembles, 2017. Each member learns by itself, see <see cref="MemberTraining"/>; only what they answer is averaged.
/// </remarks>
internal sealed class Ensemble : nn.Module<Tensor, Tensor>
{
    private const string Path = "ensemble";

    private readonly IReadOnlyList<Sequential> _members;

    private Ensemble(IReadOnlyList<DigitNetwork> members)
        : base(nameof(Ensemble))
    {
        _members = [.. members.Select(member => member.Logits)];
        foreach ((int place, Sequential member) in _members.Index()) register_module($"{place}", member);
    }

    /// <summary>Networks for inputs of one shape as one that answers with their mean, and owns them.</summary>
    public static DigitNetwork Of(string name, IReadOnlyList<DigitNetwork> members)
    {
        var mean = new Ensemble(members);
        return new DigitNetwork(
            name, members[0].InputShape, nn.Sequential((Path, mean)), nn.Sequential((Path, mean), ("softmax", nn.Softmax(1))),
            [
                .. members.Index().SelectMany(member => member.Item.Layers.Select(
                    layer => layer with { Name = $"{Path}.{member.Index}.{layer.Name}" })),
                new LayerSummary(Path, nameof(Ensemble), members[0].Layers[^1].OutputShape, 0),
            ],
            members);
    }

    public override Tensor forward(Tensor images)
    {
        Tensor sum = _members[0].call(images);
        foreach (Sequential member in _members.Skip(1)) sum = sum + member.call(images);
        return sum / _members.Count;
    }
}
