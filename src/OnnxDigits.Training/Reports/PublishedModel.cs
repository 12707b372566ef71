using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Training.Reports;

/// <summary>Represents the model and the card of a published network in a folder.</summary>
internal sealed class PublishedModel(string folder, string network)
{
    /// <summary>Gets the path of the model.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"{network}.onnx");

    private string CardPath => System.IO.Path.ChangeExtension(Path, ".json");

    private string PagePath => System.IO.Path.ChangeExtension(Path, ".md");

    /// <summary>Refuses to replace files that were not published, or that were changed after publishing.</summary>
    /// <exception cref="IOException">A file exists, or cannot be replaced.</exception>
    public void Check()
    {
        Check(CardPath, _ => ReadDigest() is not null);
        Check(PagePath, start => start.StartsWith(ModelCard.TitleOf(network), StringComparison.Ordinal));
        Check(Path, _ =>
        {
            using FileStream model = File.OpenRead(Path);
            return ReadDigest() == Convert.ToHexStringLower(SHA256.HashData(model));
        });
    }

    /// <summary>Writes the model of a run, and its card.</summary>
    /// <exception cref="IOException">A file exists that was not published, or cannot be written.</exception>
    public void Write(RunReport run, ModelCard card)
    {
        Check();
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path, stream => stream.Write(File.ReadAllBytes(run.ModelPath)));
        AtomicFile.Write(CardPath, stream => stream.Write(ReportJson.ToUtf8(card)));
        AtomicFile.Write(PagePath, stream => stream.Write(Encoding.UTF8.GetBytes(card.ToMarkdown())));
    }

    private static void Check(string path, Func<string, bool> isPublished)
    {
        string? error = ReplacementError.ForForeign(
            path, isPublished, "was not published by training, or was changed",
            "Move it away, or choose another folder for --publish.");
        if (error is not null) throw new IOException(error);
        // Throws if the path cannot be replaced, for instance if it is a folder.
        if (System.IO.Path.Exists(path)) AtomicFile.Create(path).Dispose();
    }

    private string? ReadDigest()
    {
        if (!File.Exists(CardPath)) return null;
        using FileStream card = File.OpenRead(CardPath);
        using var document = JsonDocument.Parse(card);
        return document.RootElement is { ValueKind: JsonValueKind.Object } properties
            && properties.TryGetProperty("onnxSha256", out JsonElement digest)
            ? digest.ToString()
            : null;
    }
}
