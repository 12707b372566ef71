namespace OnnxDigits.Training.Loop;

/// <summary>Images per second and time left, with the pauses for validation left out of the rate.</summary>
internal sealed class Pace(TimeProvider clock, long images)
{
    private TimeSpan _busy;
    private long _resumed;
    private long _done;

    public double ImagesPerSecond => _done / Math.Max((_busy + clock.GetElapsedTime(_resumed)).TotalSeconds, 1e-9);

    public TimeSpan TimeLeft => TimeSpan.FromSeconds((images - _done) / Math.Max(ImagesPerSecond, 1e-9));

    public void Resume() => _resumed = clock.GetTimestamp();

    public void Pause() => _busy += clock.GetElapsedTime(_resumed);

    public void Count(int images) => _done += images;
}
