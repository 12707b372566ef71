namespace OnnxDigits.Data.Mnist;

/// <summary>
/// Bytes already taken from a stream, then the rest of it: lets content be sniffed without seeking. Counts what
/// passes and keeps the last four bytes, where gzip stores the length of what it holds.
/// </summary>
internal sealed class TrackedStream(ReadOnlyMemory<byte> prefix, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    /// <summary>The number of bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>The last four bytes read, as a little-endian number.</summary>
    public uint Tail { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = Math.Min(buffer.Length, _prefix.Length);
        if (read > 0)
        {
            _prefix.Span[..read].CopyTo(buffer);
            _prefix = _prefix[read..];
        }
        else
        {
            read = rest.Read(buffer);
        }

        Count += read;
        foreach (var value in buffer[Math.Max(0, read - 4)..read])
            Tail = (Tail >> 8) | ((uint)value << 24);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
