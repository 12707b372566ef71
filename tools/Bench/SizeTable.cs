using System.Diagnostics;
using System.Runtime.InteropServices;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Bench;

/// <summary>Prints what the programs in <c>peers/</c> take on the disk, published in each way.</summary>
internal static class SizeTable
{
    // Programs that don't reference OnnxDigits contain all native files.
    private const string AllFiles = "-p:OnnxDigitsKeepsNativeFiles=true";

    private const string SelfContained = "--self-contained";
    private const string Trimmed = "-p:PublishTrimmed=true";

    private static readonly (string Name, string[] Options)[] Modes =
    [
        // Without the launcher, which .NET has for fewer systems than this machine can publish for.
        ("with .NET installed", [SelfContained, "false", "-p:UseAppHost=false"]),
        ("self-contained", [SelfContained]),
        ("trimmed", [SelfContained, Trimmed]),
        ("single file", [SelfContained, Trimmed, "-p:PublishSingleFile=true"]),
        ("Native AOT", ["-p:PublishAot=true"]),
    ];

    private static readonly (string Name, string File, string[] Options)[] Programs =
    [
        ("OnnxDigits.Imaging", "Photograph.cs", []),
        ("the same with all native files", "Photograph.cs", [AllFiles]),
        ("OnnxDigits.Inference", "Classifier.cs", []),
        ("ML.NET OnnxTransformer", "OnnxTransformer.cs", [AllFiles]),
        ("TorchSharp", "TorchSharpEval.cs", []),
    ];

    /// <summary>Prints the sizes for any system, and for one system in each mode.</summary>
    public static void Print(string system) => Console.WriteLine(MarkdownTable.Format(
        ["program", "any system", .. Modes.Select(mode => $"{system}, {mode.Name}")],
        Programs.Select(program => (string[])
        [
            program.Name,
            Publish(program.File, program.Options),
            .. Modes.Select(mode => Publish(program.File, [.. For(system), .. mode.Options, .. program.Options])),
        ])));

    /// <summary>Returns the size of a program on this system, with .NET installed.</summary>
    public static string OnThisSystem(string file) => Publish(
        file,
        [
            .. For(RuntimeInformation.RuntimeIdentifier), .. Modes[0].Options,
            .. (string[])(file == "Classifier.cs" ? [] : [AllFiles]),
        ]);

    private static string[] For(string system) => ["--runtime", system, $"-p:LibTorchRid={system}"];

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
