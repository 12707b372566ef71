using System.Globalization;
using OnnxDigits.Inference;

namespace OnnxDigits.Server.Models;

/// <summary>Represents an ONNX model to serve.</summary>
internal sealed record ModelFile(string Name, string Version)
{
    public const string FirstVersion = "1";

    /// <summary>Gets the path of the file, or <c>null</c> for an embedded model.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the content of an embedded model.</summary>
    public byte[]? Content { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the rows of the inputs are independent, so that requests can be joined.
    /// </summary>
    public bool IsBatched { get; init; }

    /// <summary>Gets the function that returns the label of a class.</summary>
    public Func<int, string?> Label { get; init; } = _ => null;

    /// <summary>Returns the models embedded in OnnxDigits.Inference and the models of the options.</summary>
    /// <exception cref="ServedModelException">A name is invalid or reserved, or a file is missing.</exception>
    public static IEnumerable<ModelFile> All(ServerOptions options)
    {
        string[] embedded = [.. Enum.GetNames<EmbeddedModel>().Select(name => name.ToLowerInvariant())];
        foreach (string name in embedded)
        {
            yield return new(name, FirstVersion)
            {
                Content = ReadEmbedded(name),
                IsBatched = true,
                Label = index => index.ToString(CultureInfo.InvariantCulture),
            };
        }
        foreach (var (key, path) in options.Models)
        {
            string[] parts = key.Split('/');
            if (parts.Length > 2 || parts.Any(part => part.Length == 0 || !part.All(IsInName)))
            {
                throw new ServedModelException(
                    $"The model name '{key}' is invalid. Use letters, digits, '.', '_' and '-', and '/' before a "
                    + "version.");
            }
            if (embedded.Append(DigitsModel.ModelName).Contains(parts[0]))
            {
                throw new ServedModelException($"The model name '{parts[0]}' is taken. Choose another one.");
            }
            if (!File.Exists(path))
            {
                throw new ServedModelException(
                    $"The model '{key}' can't be read: '{path}' isn't a file. Check its path.");
            }
            yield return new(parts[0], parts is [_, var version] ? version : FirstVersion)
            {
                Path = path,
                IsBatched = options.Batched.Contains(parts[0]),
            };
        }
        var names = options.Models.Keys.Select(key => key.Split('/')[0]);
        if (options.Batched.Except(names).FirstOrDefault() is { } odd)
        {
            throw new ServedModelException($"--batched names '{odd}', but there is no --model of this name.");
        }
    }

    private static bool IsInName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';

    private static byte[] ReadEmbedded(string name)
    {
        using var stream = typeof(DigitClassifier).Assembly.GetManifestResourceStream($"{name}.onnx")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
