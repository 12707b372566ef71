using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Which options a built program has, as its help tells.</summary>
internal static class ProgramOptions
{
    private static readonly Dictionary<string, string> Helps = [];

    /// <summary>The options among some words that the program does not have.</summary>
    /// <param name="project">The program's folder.</param>
    /// <param name="words">A command line; its first word may be a command of the program.</param>
    public static IEnumerable<string> Unknown(string project, IReadOnlyList<string> words)
    {
        string help = Help(project, "");
        // What reads its arguments by hand says in its first lines what it takes.
        if (!Repository.Read($"{project}/{Path.GetFileName(project)}.csproj").Contains("System.CommandLine", StringComparison.Ordinal))
            help = Repository.Read($"{project}/Program.cs");
        else
            foreach (string word in words.TakeWhile(word => Regex.IsMatch(word, "^[a-z]+$")))
                help += Help(project, word);
        return words.Where(word => word.StartsWith('-') && word.Length > 1)
            .Select(word => word.Split('=')[0])
            .Where(option => !Regex.IsMatch(help, $@"(?<![\w-]){option}(?![\w-])"));
    }

    private static string Help(string project, string command)
    {
        if (Helps.TryGetValue($"{project} {command}", out string? help)) return help;
        string[] arguments = [Repository.Program(project), .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
        return Helps[$"{project} {command}"] = Repository.Run(Repository.Root, "dotnet", arguments).Output;
    }
}
