using System.Diagnostics;

namespace Docs;

/// <summary>The repository that this test was built in, and the programs built with it.</summary>
internal static class Repository
{
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The pages that people read: the README, those in docs, and those of the packages and tools.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. from folder in (string[])["", "docs", "src", "samples", "tools", "artifacts/models"]
           from file in Directory.GetFiles(PathOf(folder), "*.md", folder is "src" or "samples" or "tools" ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
           let page = Path.GetRelativePath(Root, file).Replace('\\', '/')
           where !page.Contains("/bin/", StringComparison.Ordinal) && !page.Contains("/node_modules/", StringComparison.Ordinal)
           orderby page
           select page,
    ];

    /// <summary>The built assembly of a project's folder.</summary>
    public static string Program(string project)
    {
        string file = Directory.GetFiles(PathOf(project), "*.csproj").Single();
        string output = Path.Combine(PathOf(project), "bin", Configuration, "net10.0");
        string name = Path.GetFileName(project) == "OnnxDigits.Cli" ? "infer" : Path.GetFileNameWithoutExtension(file);
        return Path.Combine(output, $"{name}.dll");
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string FindRoot()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OnnxDigits.slnx"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
