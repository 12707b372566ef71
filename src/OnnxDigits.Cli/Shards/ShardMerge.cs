using System.Text;
using Shared;

namespace OnnxDigits.Cli.Shards;

/// <summary>Joins the rows of shards in the order of a run without shards.</summary>
internal static class ShardMerge
{
    /// <summary>Passes the rows in ordinal order of their paths.</summary>
    /// <exception cref="CommandException">Rows are not in this order, or a path is in two shards.</exception>
    public static void ByPath(IEnumerable<ShardReader> readers, Action<ShardReader> write)
    {
        var next = new PriorityQueue<ShardReader, ShardReader>(
            Comparer<ShardReader>.Create((one, other) => Compare(one.Path, other.Path)));
        foreach (var reader in readers.Where(reader => reader.Read())) next.Enqueue(reader, reader);
        byte[] last = [];
        int lastLength = 0;
        ShardReader? lastReader = null;
        while (next.TryDequeue(out var reader, out _))
        {
            var path = reader.Path;
            int order = Compare(last.AsSpan(0, lastLength), path);
            if (order > 0)
            {
                throw ShardSet.Error(
                    $"'{reader.Rows}' has '{reader}' after '{Encoding.UTF8.GetString(last, 0, lastLength)}'. The "
                    + "inputs were an unsorted list: name it with --files-from.");
            }
            if (order == 0 && lastReader is not null && lastReader != reader)
            {
                throw ShardSet.Error(
                    $"'{reader}' is in '{lastReader.Rows}' and in '{reader.Rows}'. Run both shards again.");
            }
            if (last.Length < path.Length) last = new byte[2 * path.Length];
            path.CopyTo(last);
            (lastLength, lastReader) = (path.Length, reader);
            write(reader);
            if (reader.Read()) next.Enqueue(reader, reader);
        }
    }

    /// <summary>Passes the rows in the order of a list.</summary>
    /// <param name="readers">The readers of the shards in the order of their numbers.</param>
    /// <param name="paths">The list. Shards may lack paths that options excluded.</param>
    /// <param name="write">Receives a reader at each row.</param>
    /// <exception cref="CommandException">The rows don't follow the list.</exception>
    public static void ByList(IReadOnlyList<ShardReader> readers, IEnumerable<string> paths, Action<ShardReader> write)
    {
        bool[] hasRow = [.. readers.Select(reader => reader.Read())];
        foreach (string path in paths)
        {
            int index = Shard.NumberOf(path, "", readers.Count) - 1;
            while (hasRow[index] && readers[index].ToString() == path)
            {
                write(readers[index]);
                hasRow[index] = readers[index].Read();
            }
        }
        if (Array.IndexOf(hasRow, true) is >= 0 and var left)
        {
            throw ShardSet.Error(
                $"'{readers[left].Rows}' has '{readers[left]}', which the list doesn't have at its place. Name the "
                + "list of the run.");
        }
    }

    /// <summary>Compares UTF-8 in the ordinal order of UTF-16, in which .NET sorts paths.</summary>
    private static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int same = one.CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length - other.Length;
        // Only characters beyond U+FFFF begin with 0xF0 or more. Their surrogates come before U+E000.
        bool isOneBeyond = one[same] >= 0xF0, isOtherBeyond = other[same] >= 0xF0;
        return isOneBeyond != isOtherBeyond && one[same] >= 0xEE && other[same] >= 0xEE
            ? (isOneBeyond ? -1 : 1)
            : one[same] - other[same];
    }
}
