namespace OnnxDigits.Inference.Execution;

/// <summary>A lock for providers whose sessions must not be used at the same time.</summary>
internal sealed class Gate
{
    /// <summary>Waits for a gate, if there is one, until the result is disposed.</summary>
    public static Turn Enter(Gate? gate)
    {
        if (gate is not null) Monitor.Enter(gate);
        return new Turn(gate);
    }

    /// <summary>Leaves the gate when it is disposed.</summary>
    public readonly ref struct Turn(Gate? gate)
    {
        public void Dispose()
        {
            if (gate is not null) Monitor.Exit(gate);
        }
    }
}
