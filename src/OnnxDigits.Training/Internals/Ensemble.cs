using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>The mean of the logits that several stacks give to the same images [N, channels, height, width]: [N, classes].</summary>
/// <remarks>
/// B. Lakshminarayanan, A. Pritzel and C. Blundell, Simple and scalable predictive uncertainty estimation using deep
/// ensembles, 2017. Each member learns by itself, see <see cref="TrainingForward"/>; only what they answer is averaged.
/// </remarks>
internal sealed class Ensemble : nn.Module<Tensor, Tensor>
{
    public Ensemble(IReadOnlyList<Sequential> members)
        : base(nameof(Ensemble))
    {
        Members = members;
        foreach ((int place, Sequential member) in members.Index()) register_module($"{place}", member);
    }

    public IReadOnlyList<Sequential> Members { get; }

    public override Tensor forward(Tensor images)
    {
        Tensor sum = Members[0].call(images);
        foreach (Sequential member in Members.Skip(1)) sum = sum + member.call(images);
        return sum / Members.Count;
    }
}
