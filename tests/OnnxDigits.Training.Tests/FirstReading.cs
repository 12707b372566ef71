namespace OnnxDigits.Training.Tests;

/// <summary>A clock that acts when it is first read.</summary>
internal sealed class FirstReading(Action act) : TimeProvider
{
    private bool _read;

    public override long GetTimestamp()
    {
        if (!_read) act();
        _read = true;
        return base.GetTimestamp();
    }
}
