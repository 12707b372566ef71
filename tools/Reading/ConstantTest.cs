using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Tools.Reading;

/// <summary>Chooses the judged constants on half of the photographs and on pages, and reads with each moved away from its choice.</summary>
internal static class ConstantTest
{
    /// <param name="reader">The pictures.</param>
    /// <param name="networks">Who reads them.</param>
    /// <param name="progress">Is told of each way to read that was tried: there are hundreds, of some seconds each.</param>
    public static ConstantFigures Run(ConstantReader reader, Networks networks, Action<string>? progress = null)
    {
        Range toChooseOn = reader.First.Start..reader.Empty.End;
        var known = new Dictionary<string, bool[]>();
        bool[] Read(int[] places)
        {
            string key = string.Join(' ', places);
            if (!known.TryGetValue(key, out bool[]? right))
            {
                known[key] = right = reader.ReadByAll(ConstantRange.At(places), toChooseOn);
                progress?.Invoke($"{key}: {right.Count(isRight => isRight)} right");
            }

            return right;
        }

        int[] sizes = [.. ConstantRange.All.Select(range => range.Values.Count)];
        PlainSearch.Outcome outcome = PlainSearch.Run(sizes, [.. sizes.Select(size => (size - 1) / 2)], Read);
        int[] chosen = outcome.Places;
        var rows = ConstantRange.All.Index().ToDictionary(range => range.Item.Name, range =>
        {
            int[][] ways = [.. Enumerable.Range(0, sizes[range.Index]).Select(value => PlainSearch.With(chosen, range.Index, value))];
            var (first, last) = PlainSearch.Plain([.. ways.Select(Read)]);
            return ways.Select((way, i) =>
            {
                bool[] right = Read(way);
                int Of(Range part) => right[part].Count(isRight => isRight);
                int second = reader.ReadByAll(ConstantRange.At(way), reader.Second).Count(isRight => isRight);
                return new ConstantReading(range.Item.Values[i], Of(reader.First), second, Of(reader.Pages), Of(reader.Empty), i >= first && i <= last);
            }).ToArray();
        });
        JudgedConstants constants = ConstantRange.At(chosen);
        int[] RightOf(Range part) => [.. reader.Read(constants, part).Select(right => right.Count(isRight => isRight))];
        int[] firstRight = RightOf(reader.First), secondRight = RightOf(reader.Second);
        int Length(Range part) => part.End.Value - part.Start.Value;
        return new ConstantFigures(
            ConstantReader.Readers.Select(Networks.NameOf).ToDictionary(name => name, name => networks.Digests[name]),
            Length(reader.First), Length(reader.Second), Length(reader.Pages), Length(reader.Empty), outcome.Sweeps, outcome.IsSettled,
            ConstantRange.All.Zip(chosen).ToDictionary(range => range.First.Name, range => range.First.Values[range.Second]), rows,
            ConstantReader.Readers.Select(Networks.NameOf).Index().ToDictionary(name => name.Item, name => firstRight[name.Index] + secondRight[name.Index]));
    }
}
