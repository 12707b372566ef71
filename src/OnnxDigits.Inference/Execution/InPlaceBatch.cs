using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>The CPU reads and writes the buffers where they are, so a run allocates and copies nothing.</summary>
internal sealed class InPlaceBatch : HostBatch
{
    public InPlaceBatch(InferenceSession session, int images)
        : base(session, images)
    {
        Binding.BindInput(ModelCheck.InputName, Images);
        Binding.BindOutput(ModelCheck.OutputName, Probabilities);
    }
}
