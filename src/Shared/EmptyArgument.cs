using System.CommandLine;
using System.CommandLine.Parsing;

namespace Shared;

/// <summary>Nothing that a command takes may be empty: most often it is a variable of the shell that is not set.</summary>
internal static class EmptyArgument
{
    /// <returns>A sentence; null where no argument is empty.</returns>
    public static string? In(ParseResult parsed)
    {
        string? option = null;
        foreach (Token token in parsed.Tokens)
        {
            if (token.Value.Length == 0)
                return option is null ? "A path is empty: leave it out or name a file." : $"{option} is empty: leave it out or say what it is to be.";
            option = token.Type == TokenType.Option ? token.Value : null;
        }
        return null;
    }
}
