using System.IO.MemoryMappedFiles;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>A worker's counters in shared memory, so that they outlive its crash.</summary>
internal sealed class Scoreboard : IDisposable
{
    public const int MaxOutcomes = 8;

    private const int FirstOutcome = 8;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Scoreboard(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, (FirstOutcome + MaxOutcomes) * sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    /// <summary>The input that runs now.</summary>
    public long Current { get => Read(0); set => Write(0, value); }

    /// <summary>When it began, by <see cref="Environment.TickCount64"/>; 0 between inputs.</summary>
    public long Started { get => Read(1); set => Write(1, value); }

    public long Done { get => Read(2); set => Write(2, value); }

    public long Unexpected { get => Read(3); set => Write(3, value); }

    public long SlowestMicroseconds { get => Read(4); set => Write(4, value); }

    public long SlowestIndex { get => Read(5); set => Write(5, value); }

    public long OverOneSecond { get => Read(6); set => Write(6, value); }

    /// <summary>Those of them that worked for so long, and did not wait for a busy machine.</summary>
    public long BusyOverOneSecond { get => Read(7); set => Write(7, value); }

    public long Outcome(int index) => Read(FirstOutcome + index);

    public void Count(int outcome) => Write(FirstOutcome + outcome, Outcome(outcome) + 1);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private long Read(int slot) => _view.ReadInt64(slot * sizeof(long));

    private void Write(int slot, long value) => _view.Write(slot * sizeof(long), value);
}
