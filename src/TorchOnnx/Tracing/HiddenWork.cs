using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Notices tensors that were made where no call was seen: TorchSharp counts all that a thread makes.
/// </summary>
internal sealed class HiddenWork(CallRecorder recorder)
{
    private long _accounted;

    /// <summary>How many tensors this thread has made.</summary>
    public static long Created
    {
        get
        {
            var statistics = DisposeScopeManager.Statistics.TensorStatistics;
            return statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        }
    }

    /// <summary>Everything up to now is accounted for.</summary>
    public void Start() => _accounted = Created;

    /// <summary>Refuses a call before or in which tensors were made unseen.</summary>
    public void Check(TracedCall call)
    {
        if (Created == _accounted) return;
        Start();
        string where = call.HasReturned ? $"inside {call.Name}" : $"before {call.Name} is called";
        recorder.Refuse(call,
            $"tensors are made {where} in code that is not followed: an iterator, a constructor, or code that was compiled at run time",
            "Do the tensor work in methods that forward calls directly, with loops and lists in the place of iterators");
    }
}
