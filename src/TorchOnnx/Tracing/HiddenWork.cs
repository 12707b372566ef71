using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Detects tensors that were created outside traced calls, by TorchSharp's count of the thread's tensors.</summary>
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

    /// <summary>Refuses a call if tensors were created unseen before it or inside it.</summary>
    public void Check(TracedCall call)
    {
        if (Created == _accounted) return;
        Reset();
        string where = call.HasReturned ? $"inside {call.Name}" : $"before {call.Name} is called";
        recorder.Refuse(call,
            $"tensors are created {where} in code that cannot be traced: an iterator, a constructor, or code compiled at run time",
            "Create tensors in methods that forward calls directly, with loops and lists instead of iterators");
    }
}
