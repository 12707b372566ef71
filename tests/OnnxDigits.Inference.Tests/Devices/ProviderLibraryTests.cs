using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>Provider libraries that cannot be used.</summary>
public sealed class ProviderLibraryTests : IDisposable
{
    private static readonly bool LoadsPlugins =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly string _folder = Directory.CreateTempSubdirectory("plugins-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_MissingLibrary_SaysSo() => AssertRefused(Path.Combine(_folder, "none.so"), "does not exist");

    [Fact]
    public void Load_LibraryThatIsAFolder_SaysSo() => AssertRefused(_folder, "is a folder");

    [Fact]
    public void Load_EmptyLibrary_SaysSo() => AssertRefused(Write([]), "is empty");

    [Fact]
    public void Load_LibraryThatIsText_DoesNotLoad() =>
        AssertRefused(Write("This is not machine code, however long it goes on."u8.ToArray()), "does not load (");

    [Fact]
    public void Load_LibraryCutShort_DoesNotLoad() =>
        AssertRefused(Write(File.ReadAllBytes(SharedLibrary)[..600]), "does not load (");

    [Fact]
    public void Load_LibraryWithoutEntryPoint_NamesIt() =>
        AssertRefused(SharedLibrary, "lacks the entry point CreateEpFactories");

    [Fact]
    public void Load_LibraryOfAnotherVersion_NamesBoth()
    {
        if (LoadsPlugins)
        {
            AssertRefused(
                Write(PluginFile.OfAnotherVersion()),
                "needs ONNX Runtime 99",
                $"built for ONNX Runtime {DigitDevices.RuntimeVersion}");
        }
    }

    [Fact]
    public void Load_LibraryWithMissingDependency_NamesIt()
    {
        if (LoadsPlugins)
        {
            AssertRefused(
                Write(PluginFile.WithMissingDependency()), "libcublasLt.so.99", "Install the NVIDIA driver, CUDA");
        }
    }

    [Fact]
    public void Load_LibraryWithoutDevices_SaysSoAndRefusesASecondLibrary()
    {
        if (!LoadsPlugins) return;
        string path = Write(PluginFile.WithoutDevices());
        foreach (string device in (string[])["webgpu", "webgpu:2"])
        {
            var error = Assert.Throws<DigitDeviceException>(() => Open(device, "webgpu", path));
            Assert.Contains("found no device. Install a GPU driver", error.Message);
        }

        string other = Write(PluginFile.WithoutDevices());
        var second = Assert.Throws<DigitDeviceException>(() => Open("webgpu", "webgpu", other));
        Assert.Contains($"already uses '{path}'", second.Message);
    }

    [Fact]
    public void Load_AutoWithABadLibrary_RunsOnTheCpuAndSaysWhy()
    {
        using var classifier = Open("auto", "cuda", Path.Combine(_folder, "none.so"));
        Assert.Equal("cpu", classifier.Info.Device);
        Assert.Contains("none.so' does not exist", classifier.Info.DeviceNotice);
    }

    [Fact]
    public void Load_CpuWithABadLibrary_IgnoresIt()
    {
        using var classifier = Open("cpu", "cuda", Path.Combine(_folder, "none.so"));
        Assert.Null(classifier.Info.DeviceNotice);
    }

    // A library in ONNX Runtime's package that is not a plugin.
    private static string SharedLibrary => Directory.EnumerateFiles(
        AppContext.BaseDirectory, "libonnxruntime*.so", SearchOption.AllDirectories)
        .First(path => path.EndsWith("providers_shared.so", StringComparison.Ordinal)
            && path.Contains(RuntimeInformation.RuntimeIdentifier, StringComparison.Ordinal));

    private string Write(byte[] content)
    {
        string path = Path.Combine(_folder, $"{Directory.GetFiles(_folder).Length}.so");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static DigitClassifier Open(string device, string name, string path) =>
        DigitClassifier.Load(
            new TinyModel().Encode(), new() { Device = device, ProviderLibraries = { [name] = path } });

    private static void AssertRefused(string path, params string[] parts)
    {
        var error = Assert.Throws<DigitDeviceException>(() => Open("cuda", "cuda", path));
        Assert.StartsWith($"The provider library '{path}' ", error.Message);
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.Contains("Microsoft.ML.OnnxRuntime.EP.Cuda", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(".", error.Message);
    }
}
