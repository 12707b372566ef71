using System.Text.Json;

namespace OnnxDigits.Cli.Tests;

public class StartUpTests
{
    [Fact]
    public void Infer_DependsOnNoTorch()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "infer.deps.json");
        using var deps = JsonDocument.Parse(File.ReadAllText(path));
        string[] libraries =
            [.. deps.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
        Assert.Contains(libraries, name => name.StartsWith("Microsoft.ML.OnnxRuntime/", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Infer_WithoutTheNativeLibrary_NamesThePackage()
    {
        using var folder = new DigitFolder();
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Append(
            Path.Combine(AppContext.BaseDirectory, "infer.runtimeconfig.json")))
        {
            File.Copy(file, folder.Combine(Path.GetFileName(file)));
        }

        var (code, _, error) = ProcessRun.Of("dotnet", folder.Combine("infer.dll"), "info");

        Assert.Equal(ExitCode.Model, code);
        Assert.Contains("Microsoft.ML.OnnxRuntime", error);
        Assert.Single(error.Trim().Split('\n'));
    }
}
