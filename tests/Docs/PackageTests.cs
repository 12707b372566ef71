using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxDigits.Data;
using SkiaSharp;

namespace Docs;

/// <summary>Packs the libraries and uses them in a program outside the repository.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Program = """
        using System.Reflection;
        using System.Runtime.Versioning;
        using OnnxDigits.Imaging;
        using OnnxDigits.Inference;
        using TorchOnnx;
        using TorchOnnx.OnnxRuntime;

        using var classifier = new DigitClassifier();
        DigitPrediction prediction = classifier.ClassifyFile(args[0]);
        Console.WriteLine(prediction.Digit);
        Type[] types = [typeof(DigitClassifier), typeof(ImageFile), typeof(OnnxExporter), typeof(OnnxRuntimeRunner)];
        foreach (Type type in types)
        {
            Console.WriteLine(type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        }
        if (args.Length > 1) OnnxExporter.Export(TorchSharp.torch.nn.ReLU(), []);
        """;

    private static readonly string[] Packages =
        ["OnnxDigits.Inference", "OnnxDigits.Imaging", "OnnxDigits.Hosting", "TorchOnnx", "TorchOnnx.OnnxRuntime"];

    // A new version for each run, because NuGet keeps the content of a version that it has unpacked.
    private static readonly string Version = $"0.1.0-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}";

    private readonly string _folder = Directory.CreateTempSubdirectory("packages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Packages_InstalledElsewhere_ReadADigitAndTakeTheFilesOfTheirSystems()
    {
        string feed = Path.Combine(_folder, "feed");
        string program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        foreach (string package in Packages)
        {
            DotNet(Repository.Root, "pack", $"src/{package}", "--configuration", Repository.Configuration, "--no-build",
                "--output", feed, $"-p:PackageVersion={Version}");
        }

        Assert.DoesNotContain(Directory.GetFiles(feed).SelectMany(FilesInSymbols), NamesTheBuilder);
        File.WriteAllText(Path.Combine(program, "program.csproj"), Project(feed));
        File.WriteAllText(Path.Combine(program, "Program.cs"), Program);
        string picture = Path.Combine(program, "seven.png");
        DigitImages digits = DigitGenerator.Draw(seed: 1, count: 10);
        File.WriteAllBytes(picture, ReaderFolder.Encode(digits.Image(7), SKEncodedImageFormat.Png));
        // Only the exporter warns that it needs the code that trimming removes and Native AOT doesn't have.
        string warnings = DotNet(program, "build", "--nologo", "-p:EnableTrimAnalyzer=true", "-p:EnableAotAnalyzer=true");
        Assert.Equal(
            ["IL2026: Using member 'TorchOnnx.OnnxExporter.Export", "IL3050: Using member 'TorchOnnx.OnnxExporter.Export"],
            Regex.Matches(warnings, @"IL\d+: Using member '[\w.]+").Select(warning => warning.Value).Distinct().Order());

        foreach (string version in (string[])["8.0", "10.0"])
        {
            string output = DotNet(program, "run", "--no-build", "-f", $"net{version}", "--", picture);
            string[] lines = output.Trim().Split('\n');
            Assert.Equal("7", lines[0]);
            Assert.All(lines[1..], line => Assert.Equal($".NETCoreApp,Version=v{version}", line));
        }

        DotNet(program, "publish", "--nologo", "-f", "net10.0", "-o", "any");
        Assert.Equal(
            ["linux-arm64", "linux-x64", "osx", "osx-arm64", "win-arm64", "win-x64"],
            Directory.GetDirectories(Path.Combine(program, "any", "runtimes")).Select(Path.GetFileName).Order());
        DotNet(program, "publish", "--nologo", "-f", "net10.0", "-o", "one", "-p:OnnxDigitsSystems=linux-x64");
        Assert.Equal(
            ["libLibTorchSharp.so", "libSkiaSharp.so", "libonnxruntime.so", "libonnxruntime_providers_shared.so"],
            Directory.GetFiles(Path.Combine(program, "one", "runtimes", "linux-x64", "native"))
                .Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(
            Directory.GetFiles(program, "*", SearchOption.AllDirectories),
            file => Path.GetExtension(file) is ".lib" or ".aar" || file.EndsWith("libSkiaSharp.pdb"));
        foreach (string system in (string[])["linux-musl-x64", "osx-x64", "win-x86"])
        {
            var (code, error) = Repository.Run(
                program, "dotnet", "publish", "--nologo", "-f", "net10.0", "-r", system, "--no-self-contained");
            Assert.Equal(1, code);
            Assert.Contains($"Microsoft.ML.OnnxRuntime has no native library for {system}.", error);
        }
    }

    [Theory]
    [InlineData("TorchOnnx.Tool", "torchonnx", "N = 5: probabilities [5, 10] from 0", "verify", "MODEL")]
    [InlineData("OnnxDigits.Server", "digit-server", "The model name 'best' is taken.", "--model", "best=MODEL")]
    public void Tool_InstalledElsewhere_Runs(string package, string command, string expected, params string[] arguments)
    {
        DotNet(Repository.Root, "pack", $"src/{package}", "--configuration", Repository.Configuration, "--no-build",
            "--output", _folder, $"-p:PackageVersion={Version}", "-p:IsPackable=true");
        DotNet(
            _folder, "tool", "install", package, "--version", Version, "--add-source", _folder, "--tool-path", "bin");

        string model = Repository.PathOf("artifacts/models/dense.onnx");
        var (_, output) = Repository.Run(
            _folder, Path.Combine(_folder, "bin", command),
            [.. arguments.Select(argument => argument.Replace("MODEL", model))]);
        Assert.Contains(expected, output);
    }

    private static bool NamesTheBuilder(string file) =>
        Repository.Configuration == "Release" && !file.StartsWith("/_/", StringComparison.Ordinal);

    /// <summary>Returns the paths of the source files in a package's symbols, and of the symbols themselves.</summary>
    private static IEnumerable<string> FilesInSymbols(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using (Stream stream = entry.Open()) stream.CopyTo(content);
            content.Position = 0;
            if (entry.Name.EndsWith(".pdb", StringComparison.Ordinal))
            {
                using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
                MetadataReader reader = provider.GetMetadataReader();
                foreach (DocumentHandle handle in reader.Documents)
                {
                    yield return reader.GetString(reader.GetDocument(handle).Name);
                }
            }
            else if (entry.Name.EndsWith(".dll", StringComparison.Ordinal))
            {
                using var image = new PEReader(content);
                foreach (DebugDirectoryEntry debug in image.ReadDebugDirectory())
                {
                    if (debug.Type == DebugDirectoryEntryType.CodeView)
                    {
                        yield return image.ReadCodeViewDebugDirectoryData(debug).Path;
                    }
                }
            }
        }
    }

    // Unpacks our packages into a folder of this test, and takes the others from the user's package cache.
    private string Project(string feed)
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        XElement runtime = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")!.Value == "Microsoft.ML.OnnxRuntime");
        IEnumerable<string> references =
            Packages.Select(package => $"""<PackageReference Include="{package}" Version="{Version}" />""");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFrameworks>net8.0;net10.0</TargetFrameworks>
                <RollForward>Major</RollForward>
                <UseAppHost>false</UseAppHost>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{Path.Combine(_folder, "unpacked")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(references)}
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{runtime.Attribute("Version")!.Value}" />
              </ItemGroup>
            </Project>
            """;
    }

    private static string DotNet(string folder, params string[] arguments)
    {
        (int code, string output) = Repository.Run(folder, "dotnet", arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }
}
