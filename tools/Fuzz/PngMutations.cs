using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Changes to the chunks of a PNG file, with CRCs that are right, so that they are looked at.</summary>
internal static class PngMutations
{
    private static readonly int[] Depths = [1, 2, 4, 8, 16, 3, 0, 255];

    public static byte[] Apply(byte[] input, List<PngChunk> other, Random random)
    {
        var chunks = Png.Split(input);
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes && chunks.Count > 0; i++)
            Change(chunks, other, random);
        return Png.Join(chunks);
    }

    private static void Change(List<PngChunk> chunks, List<PngChunk> other, Random random)
    {
        int at = random.Next(chunks.Count);
        switch (random.Next(9))
        {
            case 0:
                chunks.RemoveAt(at);
                break;
            case 1:
                chunks.Insert(random.Next(chunks.Count + 1), chunks[at]);
                break;
            case 2:
                chunks.Insert(at, other[random.Next(other.Count)]);
                break;
            case 3:
                (chunks[0], chunks[at]) = (chunks[at], chunks[0]);
                break;
            case 4:
                SplitInTwo(chunks, at, random);
                break;
            case 5:
                Replace(chunks, "IHDR", data => Header(data, random));
                break;
            case 6 or 7:
                Replace(chunks, "IDAT", data => Rows(data, random));
                break;
            default:
                var chunk = chunks[at];
                chunks[at] = chunk with { Data = ByteMutations.Apply(chunk.Data, () => chunk.Data, random) };
                break;
        }
    }

    private static void SplitInTwo(List<PngChunk> chunks, int at, Random random)
    {
        var (type, data) = chunks[at];
        int cut = random.Next(data.Length + 1);
        chunks[at] = new(type, data[..cut]);
        chunks.Insert(at + 1, new(type, data[cut..]));
    }

    private static void Replace(List<PngChunk> chunks, string type, Func<byte[], byte[]> change)
    {
        int at = chunks.FindIndex(chunk => chunk.Type == type);
        if (at >= 0)
            chunks[at] = chunks[at] with { Data = change(chunks[at].Data) };
    }

    private static byte[] Header(byte[] data, Random random)
    {
        byte[] changed = [.. data];
        if (changed.Length < 13)
            return changed;
        switch (random.Next(5))
        {
            case 0:
                changed[random.Next(8)] = (byte)(1 << random.Next(8));
                break;
            case 1:
                changed[8] = (byte)Depths[random.Next(Depths.Length)];
                break;
            case 2:
                changed[9] = (byte)random.Next(8);
                break;
            case 3:
                changed[12] ^= 1;
                break;
            default:
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                break;
        }
        return changed;
    }

    /// <summary>The rows beneath the compression; where that is broken already, the compressed bytes.</summary>
    private static byte[] Rows(byte[] data, Random random)
    {
        try
        {
            byte[] rows = Png.Decompress(data);
            return Png.Compress(ByteMutations.Apply(rows, () => rows, random));
        }
        // Of some damage zlib itself complains.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return ByteMutations.Apply(data, () => data, random);
        }
    }
}
