namespace OnnxDigits.Training.Tests.Checkpoints;

/// <summary>A clock for the checkpoints alone, which is read once at the start and once a step, and acts at a step.</summary>
internal sealed class StepClock(int step, Action act) : TimeProvider
{
    private int _reads = -1;

    public override long GetTimestamp()
    {
        if (++_reads == step) act();
        return 0;
    }
}
