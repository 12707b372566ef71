using System.Text.RegularExpressions;
using OnnxDigits.Tools.Shared;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Tools.Explain;

/// <summary>Fills the template of the page with figures, tables and pictures.</summary>
/// <remarks>
/// <c>{{name}}</c> in the template becomes the figure or table of that name, and <c>{{picture name: description}}</c>
/// an image for light and dark pages.
/// </remarks>
/// <param name="folder">The folder that holds the template, the page and the folder of pictures.</param>
internal sealed partial class Page(string folder)
{
    private const string Name = "explained";

    private readonly Dictionary<string, string> _texts = [];
    private readonly HashSet<string> _pictures = [];

    /// <summary>Adds a figure.</summary>
    public void AddFigure(string name, string text) => _texts.Add(name, text);

    /// <summary>Adds a table.</summary>
    public void AddTable(string name, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) =>
        _texts.Add(name, MarkdownTable.Format(head, rows).TrimEnd());

    /// <summary>Draws a picture for light and for dark pages.</summary>
    public void AddPicture(string name, Func<Palette, byte[]> draw)
    {
        PictureFile.WriteBoth(Directory.CreateDirectory(Path.Combine(folder, Name)).FullName, name, draw);
        _pictures.Add(name);
    }

    /// <summary>Writes the page and returns its path.</summary>
    /// <exception cref="InvalidDataException">
    /// The template uses a name that was not added, or leaves out an added one.
    /// </exception>
    public string Save()
    {
        string template = Path.Combine(folder, $"{Name}.template.md"), path = Path.Combine(folder, $"{Name}.md");
        var unused = new HashSet<string>([.. _texts.Keys, .. _pictures]);
        string text = Placeholder().Replace(File.ReadAllText(template), match =>
        {
            string name = match.Groups["name"].Value;
            unused.Remove(name);
            if (!match.Groups["description"].Success && _texts.TryGetValue(name, out string? figure)) return figure;
            if (match.Groups["description"].Success && _pictures.Contains(name))
            {
                return Image(name, match.Groups["description"].Value);
            }
            throw new InvalidDataException(
                $"'{template}' uses '{match.Value}', which is not measured. Remove it from the template.");
        });
        if (unused.Count > 0)
        {
            throw new InvalidDataException(
                $"'{template}' does not use '{string.Join("', '", unused)}'. Add it to the template.");
        }
        File.WriteAllText(path, text);
        return path;
    }

    private static string Image(string name, string description) => $"""
        <picture>
          <source media="(prefers-color-scheme: dark)" srcset="{Name}/{name}{Palette.Dark.Suffix}.png">
          <img alt="{description}" src="{Name}/{name}{Palette.Light.Suffix}.png">
        </picture>
        """;

    [GeneratedRegex(@"\{\{(?:picture (?<name>[^:{}]+): (?<description>[^{}]+)|(?<name>[^{}]+))\}\}")]
    private static partial Regex Placeholder();
}
