using System.Collections.Concurrent;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads images with one or more models and counts the results.</summary>
internal sealed class Readers : IDisposable
{
    private readonly (string Model, DigitClassifier Classifier, ConcurrentDictionary<string, Tally> Tallies)[] _readers;
    private readonly List<string> _groups = [];

    /// <param name="models">Names of embedded models, or paths of model files.</param>
    public Readers(IEnumerable<string> models) => _readers =
    [
        .. models.Select(model => (model, Open(model), new ConcurrentDictionary<string, Tally>())),
    ];

    /// <summary>Opens an embedded model by its name, or a model file by its path.</summary>
    public static DigitClassifier Open(string model) =>
        Enum.TryParse(model, ignoreCase: true, out EmbeddedModel embedded)
            ? new DigitClassifier(new() { Model = embedded, Device = "cpu" })
            : DigitClassifier.Load(model, new() { Device = "cpu" });

    /// <summary>Adds a row to the tables. Call it before images of the group are read.</summary>
    public void AddGroup(string group)
    {
        _groups.Add(group);
        foreach (var reader in _readers) reader.Tallies[group] = new Tally();
    }

    /// <summary>Reads an image with every model. Safe to call from several threads.</summary>
    /// <param name="group">The row that counts the image.</param>
    /// <param name="image">The image.</param>
    /// <param name="label">Its digit, or <see langword="null"/> if it doesn't show a single digit.</param>
    public void Read(string group, RasterImage image, int? label)
    {
        foreach (var reader in _readers) reader.Tallies[group].Add(reader.Classifier.Classify(image), label);
    }

    /// <summary>Counts a file that can't be decoded.</summary>
    public void AddUnreadable(string group)
    {
        foreach (var reader in _readers) reader.Tallies[group].AddUnreadable();
    }

    /// <summary>Prints a table for each model.</summary>
    /// <param name="title">The title of the first column.</param>
    public void Print(string title)
    {
        foreach (var (model, classifier, tallies) in _readers)
        {
            Console.WriteLine($"{model} (SHA-256 {classifier.Info.Sha256[..16]}…):\n");
            Tally all = Tally.Sum(tallies.Values);
            Console.WriteLine(MarkdownTable.Format(
                [title, .. Tally.Columns],
                [.. _groups.Select(group => (string[])[group, .. tallies[group].Cells]), ["all", .. all.Cells]]));
        }
    }

    public void Dispose()
    {
        foreach (var reader in _readers) reader.Classifier.Dispose();
    }
}
