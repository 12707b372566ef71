using System.Globalization;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Cli.Shards;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Counts the rows of a run by status, digit and label.</summary>
/// <param name="skipped">The files that the run left out.</param>
/// <param name="readsAll">Indicates whether a picture has a row for each of its digits.</param>
internal sealed class RunSummary(SkippedFiles skipped, bool readsAll = false)
{
    private readonly SortedDictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private readonly int[] _digits = new int[10];

    /// <summary>Gets the confusion matrix of the labeled images.</summary>
    public ConfusionMatrix Confusion { get; } = new();

    public int Total => _statuses.Values.Sum();

    /// <summary>Gets the number of images, which may have several rows.</summary>
    public int Images { get; private set; }

    /// <summary>Gets the number of rows with each status.</summary>
    public IReadOnlyDictionary<string, int> Statuses => _statuses;

    /// <summary>Gets the number of rows with each digit.</summary>
    public IReadOnlyList<int> Digits => _digits;

    public int Failed => _statuses.GetValueOrDefault("error");

    /// <summary>Gets the fraction of labeled images that are correct. Blank and failed images count as wrong.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>Gets a value that indicates whether every image has a label.</summary>
    public bool IsLabeled => Total > 0 && Confusion.Total == Total;

    /// <summary>Gets the number of images whose digit differs from their label.</summary>
    public long Misread =>
        Confusion.Total - Confusion.Correct
        - Enumerable.Range(0, 10).Sum(label => Confusion.Blank(label) + Confusion.Error(label));

    public void Add(ResultRow row)
    {
        Images++;
        foreach (var digit in row.Digits) AddDigit(digit);
    }

    private void AddDigit(ResultRow row)
    {
        _statuses[row.Status] = _statuses.GetValueOrDefault(row.Status) + 1;
        if (row.Digit is { } digit) _digits[digit]++;
        switch (row)
        {
            case { Label: { } label, Digit: { } read }:
                Confusion.Add(label, read);
                break;
            case { Label: { } label, Error: null }:
                Confusion.AddBlank(label);
                break;
            case { Label: { } label }:
                Confusion.AddError(label);
                break;
        }
    }

    /// <summary>Adds the rows of a shard.</summary>
    public void Add(RowSums sums)
    {
        Images += sums.Images;
        foreach (var (status, count) in sums.Statuses) _statuses[status] = _statuses.GetValueOrDefault(status) + count;
        foreach (var (digit, count) in sums.Digits.Index()) _digits[digit] += count;
        foreach (var (label, counts) in sums.Confusion.Index())
        {
            for (int digit = 0; digit < _digits.Length; digit++) Confusion.Add(label, digit, counts[digit]);
            Confusion.AddBlank(label, counts[^2]);
            Confusion.AddError(label, counts[^1]);
        }
        foreach (var (kind, count) in sums.Skipped) skipped.Add(kind, count);
    }

    /// <summary>Returns the counts of the rows.</summary>
    public RowSums ToSums() => new(
        Images, _statuses, _digits,
        [
            .. Enumerable.Range(0, _digits.Length).Select(label => (long[])
            [
                .. _digits.Select((_, digit) => Confusion[label, digit]),
                Confusion.Blank(label),
                Confusion.Error(label),
            ]),
        ],
        skipped.Kinds.ToDictionary());

    public void Write(TextWriter writer, ModelInfo model)
    {
        string statuses = string.Join(", ", _statuses.Select(status => $"{status.Value} {status.Key}"));
        string images = $"{Images} {(Images == 1 ? "image" : "images")}";
        writer.WriteLine(readsAll
            ? $"{images}, {Total} {(Total == 1 ? "row" : "rows")}: {statuses}"
            : $"{images}: {statuses}");
        if (skipped.Describe() is { Length: > 0 } files) writer.Write(TextLines.Entry("", files, 0));
        if (skipped.EmptyPaths.Count > 0) writer.WriteLine($"no images in {string.Join(", ", skipped.EmptyPaths)}");
        writer.WriteLine($"model {model.Name} on {model.Device} ({Facts.Device(model)})");
        if (!IsLabeled) return;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"accuracy {Accuracy:0.0000} ({Confusion.Correct} of {Total})"));
        writer.Write(Confusion.ToTable());
    }

    /// <summary>Returns the contents of <c>summary.json</c>.</summary>
    public JsonObject ToJson(ModelInfo model)
    {
        var json = new JsonObject
        {
            ["model"] = model.Name,
            ["model_sha256"] = model.Sha256,
            ["network"] = model.Network,
            ["trained_on"] = model.DataSet,
            ["device"] = model.Device,
            ["provider"] = model.Provider,
            ["images"] = Total,
            ["statuses"] = new JsonObject(
                _statuses.Select(status => KeyValuePair.Create(status.Key, (JsonNode?)status.Value))),
            ["skipped"] = new JsonObject(
                skipped.Kinds.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)kind.Value))),
            ["digits"] = new JsonArray([.. _digits.Select(count => (JsonNode)count)]),
        };
        if (!IsLabeled) return json;
        json["accuracy"] = Accuracy;
        json["correct"] = Confusion.Correct;
        json["misread"] = Misread;
        Facts.AddConfusion(json, Confusion);
        return json;
    }
}
