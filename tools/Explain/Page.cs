using System.Globalization;
using System.Text;
using OnnxDigits.Tools.Shared;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Tools.Explain;

/// <summary>A page of Markdown with pictures beside it, all of it made by this program.</summary>
/// <param name="folder">Where the page is written; pictures go into a folder below.</param>
/// <param name="name">Of the page and of the pictures' folder.</param>
internal sealed class Page(string folder, string name)
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public void Line(FormattableString line) => Line(line.ToString(CultureInfo.InvariantCulture));

    public void Line(string line = "") => _text.Append(line).Append('\n');

    public void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        _text.Append(MarkdownTable.Format(head, rows));
        Line();
    }

    /// <summary>Draws a picture for light and for dark pages and shows the one that fits the reader's.</summary>
    public void Picture(string picture, string description, Func<Palette, byte[]> draw)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        PictureFile.WriteBoth(Path.Combine(folder, name), picture, draw);
        Line("<picture>");
        Line($"  <source media=\"(prefers-color-scheme: dark)\" srcset=\"{name}/{picture}{Palette.Dark.Suffix}.png\">");
        Line($"  <img alt=\"{description}\" src=\"{name}/{picture}{Palette.Light.Suffix}.png\">");
        Line("</picture>");
        Line();
    }

    public void Save() => File.WriteAllText(Path.Combine(folder, $"{name}.md"), Text);
}
