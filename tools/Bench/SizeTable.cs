using System.Diagnostics;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Bench;

/// <summary>Prints what the programs in <c>peers/</c> take on the disk, published in each way.</summary>
internal static class SizeTable
{
    // Programs that don't reference OnnxDigits contain all native files.
    private const string AllFiles = "-p:OnnxDigitsKeepsNativeFiles=true";

    private static readonly string[] OneSystem = ["--use-current-runtime", "--self-contained", "false"];

    private static readonly string[] SelfContained = ["--use-current-runtime", "--self-contained", "true"];

    private static readonly (string Name, string[] Options)[] Modes =
    [
        ("any system", []),
        ("this system", OneSystem),
        ("self-contained", SelfContained),
        ("trimmed", [.. SelfContained, "-p:PublishTrimmed=true"]),
        ("single file", [.. SelfContained, "-p:PublishTrimmed=true", "-p:PublishSingleFile=true"]),
        ("Native AOT", ["--use-current-runtime", "-p:PublishAot=true"]),
    ];

    private static readonly (string Name, string File, string[] Options)[] Programs =
    [
        ("OnnxDigits.Imaging", "Photograph.cs", []),
        ("the same with all native files", "Photograph.cs", [AllFiles]),
        ("OnnxDigits.Inference", "Classifier.cs", []),
        ("ML.NET OnnxTransformer", "OnnxTransformer.cs", [AllFiles]),
        ("TorchSharp", "TorchSharpEval.cs", []),
    ];

    public static void Print() => Console.WriteLine(MarkdownTable.Format(
        ["program", .. Modes.Select(mode => mode.Name)],
        Programs.Select(program => (string[])
            [program.Name, .. Modes.Select(mode => Publish(program.File, [.. mode.Options, .. program.Options]))])));

    /// <summary>Returns the size of a program on this system, with .NET installed.</summary>
    public static string OnThisSystem(string file) =>
        Publish(file, file == "Classifier.cs" ? OneSystem : [.. OneSystem, AllFiles]);

    // Returns "–" if the program can't be published in this way.
    private static string Publish(string file, string[] options)
    {
        DirectoryInfo output = Directory.CreateTempSubdirectory("peer-");
        try
        {
            string[] arguments =
            [
                "publish", file, "--configuration", "Release", "--output", output.FullName, "-p:DebugType=none",
                "-p:StripSymbols=true", "-p:CopyOutputSymbolsToPublishDirectory=false", .. options,
            ];
            var start = new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = PeerTable.PeersFolder(),
                RedirectStandardOutput = true,
            };
            using var publish = Process.Start(start)!;
            publish.StandardOutput.ReadToEnd();
            publish.WaitForExit();
            double bytes = output.EnumerateFiles("*", SearchOption.AllDirectories).Sum(published => published.Length);
            return publish.ExitCode == 0 ? $"{bytes / 1e6:0} MB" : "–";
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
