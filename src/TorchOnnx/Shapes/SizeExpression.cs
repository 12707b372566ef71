namespace TorchOnnx.Shapes;

/// <summary>
/// Represents a size as an expression of known sizes:
/// floor((factor · (left · right or left + right) + shift) / divisor) · multiplier + offset.
/// </summary>
/// <param name="Left">A known size.</param>
/// <param name="Right">Another known size, or <see langword="null"/>.</param>
/// <param name="IsSum">Indicates whether the two are added instead of multiplied.</param>
/// <param name="Factor">The factor.</param>
/// <param name="Shift">A number below the divisor; divisor − 1 rounds up.</param>
/// <param name="Divisor">The divisor, at least 1.</param>
/// <param name="Multiplier">The factor of the quotient.</param>
/// <param name="Offset">The offset.</param>
internal sealed record SizeExpression(
    Dimension Left, Dimension? Right = null, bool IsSum = false, long Factor = 1, long Shift = 0, long Divisor = 1,
    long Multiplier = 1, long Offset = 0)
{
    // The search over pairs is quadratic.
    private const int MostAtoms = 40;
    private const int LargestDivisor = 64;
    private const int LargestShiftedDivisor = 8;

    // If several fit, a power of two is most likely.
    private static readonly IReadOnlyList<int> Divisors =
        [.. Enumerable.Range(2, LargestDivisor - 1).OrderByDescending(int.IsPow2).ThenBy(divisor => divisor)];

    /// <summary>
    /// Returns the simplest expression that gives the size in every pass, or <see langword="null"/> if there is none.
    /// </summary>
    public static SizeExpression? Find(Dimension size, IEnumerable<Dimension> known)
    {
        Dimension[] atoms = [.. known.Where(atom => atom.IsDynamic).Distinct().Take(MostAtoms)];
        if (atoms.Contains(size)) return new(size);
        return atoms.Select(atom => Linear(size, new(atom), atom)).FirstOrDefault(found => found is not null)
            ?? Pairs(size, atoms).FirstOrDefault(found => found is not null);
    }

    private static IEnumerable<SizeExpression?> Pairs(Dimension size, Dimension[] atoms)
    {
        var pairs = (from left in atoms.Index()
                     from right in atoms.Skip(left.Index)
                     select (left.Item, right)).ToList();
        foreach (var (left, right) in pairs) yield return Linear(size, new(left, right), left * right);
        foreach (var (left, right) in pairs) yield return Linear(size, new(left, right, IsSum: true), left + right);
    }

    // Tries a factor and an offset, then a divisor with an offset after or before the division, then a multiplier too.
    private static SizeExpression? Linear(Dimension size, SizeExpression expression, Dimension value)
    {
        int moved = Enumerable.Range(1, Math.Max(size.Passes, value.Passes) - 1)
            .FirstOrDefault(pass => value.In(pass) != value.Size);
        if (moved == 0) return null;
        long run = value.In(moved) - value.Size, rise = size.In(moved) - size.Size;
        if (rise != 0 && rise % run == 0)
        {
            var found = expression with { Factor = rise / run, Offset = size.Size - rise / run * value.Size };
            if (found.Holds(size, value)) return found;
        }
        foreach (long divisor in Divisors)
        {
            for (long offset = -1; offset <= 1; offset++)
            {
                var found = expression with { Divisor = divisor, Offset = offset };
                if (found.Holds(size, value)) return found;
            }
        }
        for (long divisor = 2; divisor <= LargestShiftedDivisor; divisor++)
        {
            for (long shift = 1; shift < divisor; shift++)
            {
                var found = expression with { Shift = shift, Divisor = divisor };
                found = found with { Offset = size.Size - found.Of(value.Size) };
                if (found.Holds(size, value)) return found;
            }
        }
        foreach (long divisor in Divisors)
        {
            foreach (long shift in (long[])[0, divisor - 1])
            {
                var found = expression with { Shift = shift, Divisor = divisor };
                long steps = found.Of(value.In(moved)) - found.Of(value.Size);
                if (rise == 0 || steps == 0 || rise % steps != 0) continue;
                found = found with { Multiplier = rise / steps };
                found = found with { Offset = size.Size - found.Of(value.Size) };
                if (found.Holds(size, value)) return found;
            }
        }
        return null;
    }

    /// <summary>
    /// Returns the size for the values of the known sizes. The second value is unused if there is one known size.
    /// </summary>
    public double Of(double left, double right) => double.IsNaN(left) || double.IsNaN(right)
        ? double.NaN
        : Of((long)(Right is null ? left : IsSum ? left + right : left * right));

    private long Of(long value) =>
        (long)Math.Floor((double)(Factor * value + Shift) / Divisor) * Multiplier + Offset;

    private bool Holds(Dimension size, Dimension value) => Enumerable.Range(0, Math.Max(size.Passes, value.Passes))
        .All(pass => Of(value.In(pass)) == size.In(pass));
}
