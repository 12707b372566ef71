namespace OnnxDigits.Inference.Execution;

/// <summary>The memory of one size of batch, bound to a session. Used by one thread at a time.</summary>
internal interface IBoundBatch : IDisposable
{
    /// <summary>[images, 1, 28, 28], to be filled before a run.</summary>
    float[] Input { get; }

    /// <summary>[images, 10], what the last run gave.</summary>
    float[] Output { get; }

    void Run();
}
