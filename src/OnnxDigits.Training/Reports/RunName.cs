using System.Globalization;
using System.Text.RegularExpressions;

namespace OnnxDigits.Training.Reports;

/// <summary>What the name of a run's folder says.</summary>
/// <param name="Started">When it was made, local time.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Number">1 for the first run of its kind in its second.</param>
internal sealed partial record RunName(DateTime Started, string Network, long Seed, int Number)
{
    private const string TimeFormat = "yyyy-MM-dd_HHmmss";

    /// <summary>The folder's name.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Started.ToString(TimeFormat, CultureInfo.InvariantCulture)}_{Network}_seed{Seed}{(Number == 1 ? "" : $"_{Number}")}");

    /// <returns>null when the folder is called otherwise.</returns>
    public static RunName? TryParse(string folder)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        GroupCollection part = Pattern().Match(folder).Groups;
        if (!part[0].Success
            || !DateTime.TryParseExact(part[1].Value, TimeFormat, culture, DateTimeStyles.None, out DateTime started)
            || !long.TryParse(part[3].ValueSpan, culture, out long seed))
        {
            return null;
        }

        int number = part[4].Success ? int.Parse(part[4].ValueSpan, culture) : 1;
        return new RunName(started, part[2].Value, seed, number);
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d_\d{6})_(.+)_seed(-?\d+)(?:_(\d{1,9}))?$")]
    private static partial Regex Pattern();
}
