using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>The runtime makes the device's tensors itself; for a provider whose memory cannot be reached.</summary>
internal sealed class CopiedBatch : HostBatch
{
    public CopiedBatch(InferenceSession session, int images)
        : base(session, images) => Binding.BindOutput(ModelCheck.OutputName, Probabilities);

    public override void Run()
    {
        // Copied to the device when it is bound, so before every run.
        Binding.BindInput(ModelCheck.InputName, Images);
        base.Run();
    }
}
