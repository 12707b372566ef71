namespace OnnxDigits.Training.Tests;

/// <summary>A clock that acts at one of its readings, which are numbered from 1.</summary>
internal class ActingClock(int reading, Action? act) : TimeProvider
{
    private int _readings;

    public override long GetTimestamp()
    {
        if (++_readings == reading) act?.Invoke();
        return base.GetTimestamp();
    }
}
