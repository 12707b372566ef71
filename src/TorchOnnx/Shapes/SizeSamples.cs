namespace TorchOnnx.Shapes;

/// <summary>
/// Contains sizes of the open dimensions at which the exporter evaluates a computation without running the module.
/// </summary>
/// <remarks>
/// For each dimension these are its smallest 1,024 sizes, the powers of two and their neighbours, and the sizes near
/// the constants that forward combines with sizes, and near twice these constants. There are also samples with equal
/// dimensions, all combinations of small sizes, and random sizes.
/// </remarks>
internal sealed class SizeSamples
{
    private const long Largest = 1 << 22;
    private const int Consecutive = 1024;
    private const int Equal = 256;
    private const int Random = 256;
    private const int MostCombinations = 2048;

    private readonly Dictionary<string, double[]> _sizes;

    private SizeSamples(Dictionary<string, double[]> sizes, int count) => (_sizes, Count) = (sizes, count);

    public int Count { get; }

    /// <summary>Creates the samples, of which the first is the example.</summary>
    /// <param name="dimensions">The open dimensions.</param>
    /// <param name="constants">Constants that forward uses together with sizes.</param>
    public static SizeSamples Of(DynamicSizes dimensions, IEnumerable<double> constants)
    {
        var names = dimensions.Names;
        var critical = constants.Where(number => number is >= 0 and <= Largest).Select(number => (long)number)
            .SelectMany(number => (long[])[number - 1, number, number + 1, 2 * number]).ToList();
        long[] powers = [.. Enumerable.Range(0, 22).SelectMany(exponent =>
            (long[])[(1L << exponent) - 1, 1L << exponent, (1L << exponent) + 1])];
        var example = names.ToDictionary(name => name, dimensions.SizeOf);
        var points = new List<Dictionary<string, long>> { example };
        var own = new Dictionary<string, long[]>();
        foreach (string name in names)
        {
            long step = dimensions.Multiple(name), least = dimensions.Smallest(name) * step;
            long most = dimensions.Largest(name) * step ?? Largest;
            own[name] = [.. Enumerable.Range(0, Consecutive).Select(index => least + index * step)
                .Concat(powers.Concat(critical).Select(size => size / step * step)
                    .SelectMany(size => (long[])[size, size + step]))
                .Where(size => size >= least && size <= most).Distinct()];
            points.AddRange(own[name].Select(size => new Dictionary<string, long>(example) { [name] = size }));
        }
        if (names.Count > 1)
        {
            points.AddRange(own[names[0]].Where(size => own.Values.All(sizes => sizes.Contains(size))).Take(Equal)
                .Select(size => names.ToDictionary(name => name, _ => size)));
            points.AddRange(Combinations(names, own));
            var random = new Random(Consecutive);
            points.AddRange(Enumerable.Range(0, Random).Select(_ =>
                names.ToDictionary(name => name, name => own[name][random.Next(own[name].Length)])));
        }
        return new(
            names.ToDictionary(name => name, name => points.Select(point => (double)point[name]).ToArray()),
            points.Count);
    }

    /// <summary>Returns the size of a dimension in each sample.</summary>
    public double[] Of(string name) => _sizes[name];

    /// <summary>Returns the sizes in a sample.</summary>
    public IReadOnlyDictionary<string, long> At(int sample) =>
        _sizes.ToDictionary(size => size.Key, size => (long)size.Value[sample]);

    /// <summary>Describes a sample by the sizes that differ from the example, such as "T = 8".</summary>
    public string Describe(int sample)
    {
        var differing = _sizes.Where(size => size.Value[sample] != size.Value[0]).ToList();
        return string.Join(" and ", differing.Select(size => $"{size.Key} = {size.Value[sample]}"));
    }

    /// <summary>
    /// Returns the bound of one dimension that keeps some samples and excludes others, or <see langword="null"/> if
    /// there is none.
    /// </summary>
    /// <param name="kept">The indices of the kept samples.</param>
    /// <param name="excluded">The indices of the excluded samples; at least one.</param>
    public SizeBound? Bound(IReadOnlyList<int> kept, IReadOnlyList<int> excluded)
    {
        foreach (var (name, sizes) in _sizes)
        {
            double least = kept.Min(sample => sizes[sample]), most = kept.Max(sample => sizes[sample]);
            if (excluded.All(sample => sizes[sample] < least)) return new(name, (long)least, true);
            if (excluded.All(sample => sizes[sample] > most)) return new(name, (long)most, false);
        }
        return null;
    }

    private static IEnumerable<Dictionary<string, long>> Combinations(
        IReadOnlyList<string> names, Dictionary<string, long[]> own)
    {
        int each = (int)Math.Pow(MostCombinations, 1.0 / names.Count);
        IEnumerable<Dictionary<string, long>> points = [[]];
        foreach (string name in names)
        {
            points = points.SelectMany(point => own[name].Take(each).Select(size =>
                new Dictionary<string, long>(point) { [name] = size }));
        }
        return points;
    }
}

/// <summary>Represents a bound of an open dimension.</summary>
/// <param name="Name">The name of the dimension.</param>
/// <param name="Size">The size.</param>
/// <param name="IsLeast">Indicates whether the size is the smallest instead of the largest one.</param>
internal sealed record SizeBound(string Name, long Size, bool IsLeast);
