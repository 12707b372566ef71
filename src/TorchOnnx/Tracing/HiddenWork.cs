using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Detects tensors created outside traced calls, using TorchSharp's tensor count for the thread.</summary>
internal sealed class HiddenWork(CallRecorder recorder)
{
    private long _accounted;

    /// <summary>Gets the number of tensors that this thread has created.</summary>
    public static long Created
    {
        get
        {
            var statistics = DisposeScopeManager.Statistics.TensorStatistics;
            return statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        }
    }

    /// <summary>Accounts for all tensors created so far.</summary>
    public void Reset() => _accounted = Created;

    /// <summary>Accounts for the tensors created since a count.</summary>
    public void Forgive(long created) => _accounted += Created - created;

    /// <summary>Refuses a call if untraced code created tensors before it or inside it.</summary>
    public void Check(TracedCall call)
    {
        if (Created == _accounted) return;
        Reset();
        string where = call.HasReturned ? $"inside {call.Name}" : $"before {call.Name} is called";
        recorder.Refuse(call,
            $"tensors are created {where} in code that cannot be traced: a constructor, or code compiled at run time",
            "Create tensors in methods that forward calls directly");
    }
}
