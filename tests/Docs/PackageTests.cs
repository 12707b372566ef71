using System.Globalization;
using System.Xml.Linq;
using OnnxDigits.Data;
using SkiaSharp;

namespace Docs;

/// <summary>The packages as they are packed, installed by a program that is no part of the repository.</summary>
public sealed class PackageTests : IDisposable
{
    private const string ThreeLines = """
        using OnnxDigits.Imaging;
        using OnnxDigits.Inference;

        using var classifier = new DigitClassifier();
        DigitPrediction prediction = classifier.ClassifyFile(args[0]);
        Console.WriteLine(prediction.Digit);
        """;

    // Of its own, for NuGet keeps what it once unpacked of a version.
    private static readonly string Version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{Environment.ProcessId}.{DateTime.UtcNow.Ticks}");

    private readonly string _folder = Directory.CreateTempSubdirectory("packages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Packages_InstalledByAProgramElsewhere_ReadADigitInThreeLines()
    {
        string feed = Path.Combine(_folder, "feed"), program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        string[] packages =
        [
            "OnnxDigits.Inference", "OnnxDigits.Imaging", "OnnxDigits.Hosting", "TorchOnnx", "TorchOnnx.OnnxRuntime",
        ];
        foreach (string package in packages)
            AssertRuns(Repository.Root, "pack", $"src/{package}", "--configuration", Repository.Configuration, "--no-build", "--output", feed, $"-p:PackageVersion={Version}");

        File.WriteAllText(Path.Combine(program, "program.csproj"), Project(packages, feed));
        File.WriteAllText(Path.Combine(program, "Program.cs"), ThreeLines);
        string picture = Path.Combine(program, "seven.png");
        File.WriteAllBytes(picture, Seven());
        AssertRuns(program, "build", "--nologo");
        Assert.Equal("7", AssertRuns(program, "run", "--no-build", "--", picture).Trim());
    }

    private string Project(IEnumerable<string> packages, string feed)
    {
        // The others are unpacked already, and nothing of this run stays among them.
        string unpacked = Path.Combine(_folder, "unpacked"), shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return new XElement(
            "Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("OutputType", "Exe"), new XElement("TargetFramework", "net10.0"), new XElement("ImplicitUsings", "enable"),
                new XElement("RestoreAdditionalProjectSources", feed), new XElement("RestorePackagesPath", unpacked),
                new XElement("RestoreFallbackFolders", shared)),
            new XElement(
                "ItemGroup",
                packages.Select(package => Reference(package, Version)),
                Reference("Microsoft.ML.OnnxRuntime", CentralVersion("Microsoft.ML.OnnxRuntime")))).ToString();
    }

    private static XElement Reference(string package, string version) =>
        new("PackageReference", new XAttribute("Include", package), new XAttribute("Version", version));

    private static string CentralVersion(string package) => XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    // A drawn digit on a page, as a pen would leave it: dark on white and large.
    private static byte[] Seven()
    {
        DigitImages digits = DigitGenerator.Draw(seed: 1, count: 10);
        using var digit = new SKBitmap(new SKImageInfo(DigitImages.Columns, DigitImages.Rows, SKColorType.Gray8, SKAlphaType.Opaque));
        byte[] inverted = [.. digits.Image(digits.Labels.Span.IndexOf((byte)7)).ToArray().Select(pixel => (byte)(255 - pixel))];
        inverted.CopyTo(digit.GetPixelSpan());
        using SKBitmap page = digit.Resize(new SKImageInfo(280, 280, SKColorType.Gray8, SKAlphaType.Opaque), new SKSamplingOptions(SKCubicResampler.Mitchell));
        using SKData file = page.Encode(SKEncodedImageFormat.Png, 100);
        return file.ToArray();
    }

    private static string AssertRuns(string folder, params string[] arguments)
    {
        (int code, string output) = Repository.Run(folder, "dotnet", arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }
}
