using System.Diagnostics;

namespace Docs;

/// <summary>Gives access to the repository's pages and the programs built from it.</summary>
internal static class Repository
{
    private static readonly string[] Recursive = ["docs", "src", "samples", "tools", "artifacts/models"];

    public static string Root { get; } = FindRoot();

    /// <summary>Gets the configuration that this test was built in.</summary>
    public static string Configuration { get; } =
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    /// <summary>Gets the paths of the Markdown pages relative to the repository.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. from file in Files("", SearchOption.TopDirectoryOnly)
               .Concat(Recursive.SelectMany(folder => Files(folder, SearchOption.AllDirectories)))
           let page = Path.GetRelativePath(Root, file).Replace('\\', '/')
           where !page.Contains("/bin/", StringComparison.Ordinal)
               && !page.Contains("/node_modules/", StringComparison.Ordinal)
           orderby page
           select page,
    ];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Returns the path of a project's built assembly.</summary>
    public static string Program(string project)
    {
        string name = Path.GetFileName(project) switch
        {
            "OnnxDigits.Cli" => "infer",
            "OnnxDigits.Training" => "digit-train",
            var other => other,
        };
        return Path.Combine(PathOf(project), "bin", Configuration, "net10.0", $"{name}.dll");
    }

    /// <summary>Runs a program and returns its exit code and both of its outputs.</summary>
    public static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string[] Files(string folder, SearchOption search) =>
        Directory.GetFiles(PathOf(folder), "*.md", search);

    private static string FindRoot()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OnnxDigits.slnx"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
