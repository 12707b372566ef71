using System.Text.Json;

namespace Shared;

/// <summary>Describes the reason why an output must not replace a file.</summary>
internal static class ReplacementError
{
    private const int MaxStartLength = 1 << 16;

    /// <summary>
    /// Returns a message if a file exists that is neither empty nor a result of this program, or <c>null</c> otherwise.
    /// </summary>
    /// <param name="path">The path of the output.</param>
    /// <param name="isResult">Recognizes a result by its first 65,536 characters.</param>
    /// <param name="reason">The reason why the file is not replaced. It follows the words "'FILE' exists and".</param>
    /// <param name="advice">The advice to the user.</param>
    public static string? ForForeign(
        string path, Func<string, bool> isResult, string reason,
        string advice = "Choose another path, or give --force to replace it.") =>
        // A device or pipe isn't opened. It is refused when the file is created.
        !File.Exists(path) || FileIdentity.IsSpecial(path) || IsEmptyOrResult(path, isResult)
            ? null
            : $"'{path}' exists and {reason}. {advice}";

    /// <summary>Returns a message if an output is also an input, or <c>null</c> otherwise.</summary>
    /// <param name="output">The path of the output, or <c>null</c> for standard output.</param>
    /// <param name="identity">The identity of the output, or <c>null</c> if it doesn't exist.</param>
    /// <param name="input">The path of the input.</param>
    public static string? ForInput(string? output, FileIdentity? identity, string input)
    {
        if (identity is null || identity != FileIdentity.Of(input)) return null;
        string name = output is null ? "standard output" : $"'{output}'";
        return $"{name} is an input of this run and stays as it is. Choose another path for the output.";
    }

    private static bool IsEmptyOrResult(string path, Func<string, bool> isResult)
    {
        try
        {
            using var reader = new StreamReader(path);
            char[] start = new char[MaxStartLength];
            int length = reader.ReadBlock(start);
            return length == 0 || isResult(new string(start, 0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
