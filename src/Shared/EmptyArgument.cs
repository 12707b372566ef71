using System.CommandLine;
using System.CommandLine.Parsing;

namespace Shared;

/// <summary>Detects empty arguments. They usually come from a shell variable that is not set.</summary>
internal static class EmptyArgument
{
    /// <summary>Returns an error message about the first empty argument, or <c>null</c> if none is empty.</summary>
    public static string? In(ParseResult parsed)
    {
        string? option = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Value.Length == 0) return $"{option ?? "A path"} is empty: give a value or leave it out.";
            option = token.Type == TokenType.Option ? token.Value : null;
        }
        return null;
    }
}
