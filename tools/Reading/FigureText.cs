using System.Globalization;

namespace OnnxDigits.Tools.Reading;

/// <summary>Numbers as pages show them, whatever the machine's language.</summary>
public static class FigureText
{
    /// <param name="value">The number.</param>
    /// <param name="format">As .NET's format strings; null for the shortest that reads back.</param>
    public static string Text(this IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
