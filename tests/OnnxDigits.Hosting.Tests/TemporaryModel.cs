using OnnxDigits.Inference;

namespace OnnxDigits.Hosting.Tests;

/// <summary>A temporary file with the embedded conv model.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private TemporaryModel(string path) => Path = path;

    public string Path { get; }

    public static TemporaryModel Create()
    {
        string name = System.IO.Path.GetRandomFileName() + ".onnx";
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), name);
        using var resource = typeof(DigitClassifier).Assembly.GetManifestResourceStream("conv.onnx")!;
        using var file = File.Create(path);
        resource.CopyTo(file);
        return new(path);
    }

    public void Dispose() => File.Delete(Path);
}
