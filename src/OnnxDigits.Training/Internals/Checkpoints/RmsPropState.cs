using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals.Checkpoints;

/// <summary>The state of TorchSharp's RMSprop as named tensors, which it changes in place.</summary>
internal static class RmsPropState
{
    public static Dictionary<string, Tensor> Of(DigitNetwork network, RMSProp optimizer) =>
        network.Logits.named_parameters()
            .Zip(optimizer.state_dict().State.Cast<RMSProp.State>())
            .ToDictionary(pair => $"{pair.First.name}.square_avg", pair => pair.Second.square_avg);
}
