using System.Globalization;
using System.Text.RegularExpressions;

namespace OnnxDigits.Training.Internals.Runs;

/// <summary>What the name of a run's folder says.</summary>
/// <param name="Started">When it was made, local time.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Number">1 for the first run of its kind in its second.</param>
internal sealed partial record RunName(DateTime Started, string Network, long Seed, int Number)
{
    /// <returns>null when the folder is called otherwise.</returns>
    public static RunName? TryParse(string folder)
    {
        GroupCollection part = Pattern().Match(folder).Groups;
        return part[0].Success
            && DateTime.TryParseExact(
                part[1].Value, "yyyy-MM-dd_HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime started)
            && long.TryParse(part[3].ValueSpan, CultureInfo.InvariantCulture, out long seed)
            ? new RunName(started, part[2].Value, seed, part[4].Success ? int.Parse(part[4].ValueSpan, CultureInfo.InvariantCulture) : 1)
            : null;
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d_\d{6})_(.+)_seed(-?\d+)(?:_(\d{1,9}))?$")]
    private static partial Regex Pattern();
}
