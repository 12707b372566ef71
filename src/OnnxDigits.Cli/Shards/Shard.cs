using System.Globalization;
using System.IO.Hashing;
using System.Text;
using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Shards;

/// <summary>Represents one of several parts of the inputs. A file belongs to a part by the hash of its path.</summary>
/// <param name="Number">The number of the part, from 1.</param>
/// <param name="Count">The number of parts.</param>
internal sealed record Shard(int Number, int Count)
{
    /// <summary>The text that stands for the shard in the name of the output.</summary>
    public const string Placeholder = "{shard}";

    private const int MaxCount = 99_999;

    /// <summary>Gets the text that replaces the placeholder, such as <c>00003-of-00016</c>.</summary>
    public string Name { get; } = $"{Number:00000}-of-{Count:00000}";

    public override string ToString() => $"{Number}/{Count}";

    /// <summary>Returns the shard of a text such as <c>3/16</c>, or <c>null</c> if it is invalid.</summary>
    public static Shard? Parse(string text) =>
        text.Split('/') is [var number, var count] && ParseNumber(number) is { } n && ParseNumber(count) is { } c
            ? Of(n, c)
            : null;

    /// <summary>Returns the shard of an option's value.</summary>
    /// <exception cref="CommandException">The environment does not name the shard.</exception>
    public static Shard? OfOption(string? value) => value switch
    {
        null => null,
        ArrayTask.Auto => OfTask(ArrayTask.OfEnvironment("--shard", "3/16")),
        _ => Parse(value),
    };

    /// <summary>Indicates whether a file belongs to the shard.</summary>
    /// <param name="path">The path as the row shows it.</param>
    /// <param name="root">The folder at the start of the path. It doesn't count.</param>
    public bool Contains(string path, string root = "") => NumberOf(path, root, Count) == Number;

    /// <summary>Returns the number of the shard to which a file belongs, from 1.</summary>
    public static int NumberOf(string path, string root, int count)
    {
        var relative = Glob.Normalize(path).AsSpan(root.Length).TrimStart('/');
        Span<byte> utf8 = relative.Length <= 300 ? stackalloc byte[900] : new byte[3 * relative.Length];
        return (int)(XxHash64.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(relative, utf8)]) % (ulong)count) + 1;
    }

    private static Shard OfTask(ArrayTask task) => Of(task.Number, task.Count)
        ?? throw new CommandException($"there can be {MaxCount} shards, not {task.Count}. Submit fewer tasks.");

    private static Shard? Of(int number, int count) =>
        number >= 1 && number <= count && count <= MaxCount ? new(number, count) : null;

    private static int? ParseNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
