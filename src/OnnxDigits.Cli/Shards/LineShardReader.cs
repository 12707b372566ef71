using System.Security.Cryptography;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads rows as lines of bytes, and computes their digest on the way.</summary>
internal abstract class LineShardReader(string rows, ShardManifest manifest) : ShardReader(rows, manifest)
{
    // A thousand shards are read at the same time.
    private const int BufferSize = 1 << 15;

    private readonly FileStream _file = new(
        rows, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[BufferSize];
    private Task _hashing = Task.CompletedTask;
    private int _start, _end, _next;

    /// <summary>Gets the current line with its line break.</summary>
    public ReadOnlyMemory<byte> Line => _buffer.AsMemory(_start, _next - _start);

    public override bool Read()
    {
        _start = _next;
        int searched = 0;
        while (true)
        {
            int length = LengthOfRow(_buffer.AsSpan(_start, _end - _start), searched);
            if (length > 0)
            {
                _next = _start + length;
                Path = PathOf(Line);
                return true;
            }
            searched = _end - _start;
            if (Fill()) continue;
            _hashing.GetAwaiter().GetResult();
            if (searched > 0 || Convert.ToHexStringLower(_hash.GetHashAndReset()) != Sha256) throw Changed();
            return false;
        }
    }

    public override void Dispose()
    {
        Task.WaitAny(_hashing);
        _hash.Dispose();
        _file.Dispose();
    }

    /// <summary>Returns the length of the first row with its line break, or 0 if the row isn't complete.</summary>
    /// <param name="bytes">The bytes from the start of the row.</param>
    /// <param name="searched">The number of bytes already searched, which don't contain the end of the row.</param>
    protected abstract int LengthOfRow(ReadOnlySpan<byte> bytes, int searched);

    /// <summary>Returns the path at the start of a row.</summary>
    protected abstract ReadOnlyMemory<byte> PathOf(ReadOnlyMemory<byte> line);

    // Another thread computes the digest, which takes a fifth of the time.
    private bool Fill()
    {
        _hashing.GetAwaiter().GetResult();
        int length = _end - _start;
        byte[] buffer = length > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(buffer);
        (_buffer, _start, _end, _next) = (buffer, 0, length, 0);
        int read = _file.Read(_buffer.AsSpan(_end));
        int end = _end;
        _hashing = Task.Run(() => _hash.AppendData(buffer, end, read));
        _end += read;
        return read > 0;
    }
}
