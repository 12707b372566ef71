using System.Buffers.Binary;
using System.IO.Compression;
using OnnxDigits.Data;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>Who wrote each of MNIST's training digits, as QMNIST's extended labels tell.</summary>
/// <remarks>C. Yadav and L. Bottou, Cold case: the lost MNIST digits, 2019: eight numbers a digit, the third its writer.</remarks>
internal static class Writers
{
    private const int Magic = 0x0c02, Columns = 8, LabelColumn = 0, WriterColumn = 2;

    /// <summary>One number for each digit, in the order of MNIST's files.</summary>
    /// <exception cref="InvalidDataException">The file is another one, or its digits are not those of the images.</exception>
    public static int[] Read(string path, DigitImages images)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        byte[] header = new byte[12];
        file.ReadExactly(header);
        int[] found = [.. Enumerable.Range(0, 3).Select(i => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(i * 4)))];
        if (found is not [Magic, int count, Columns] || count != images.Count)
            throw new InvalidDataException($"{path} is not QMNIST's file of labels for {images.Count} digits.");

        byte[] row = new byte[Columns * 4];
        int[] writers = new int[count];
        for (int i = 0; i < count; i++)
        {
            file.ReadExactly(row);
            if (BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(LabelColumn * 4)) != images.Label(i))
                throw new InvalidDataException($"{path} has another digit at {i} than the training images.");
            writers[i] = BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(WriterColumn * 4));
        }

        return writers;
    }

    /// <summary>The images with those of every tenth writer behind all others, and how many they are.</summary>
    public static (DigitImages Images, int HeldOut) HoldOutEveryTenth(DigitImages images, int[] writers)
    {
        HashSet<int> heldOut = [.. writers.Distinct().Order().Where((_, place) => place % 10 == 9)];
        ILookup<bool, int> places = Enumerable.Range(0, images.Count).ToLookup(i => heldOut.Contains(writers[i]));
        return (images.Select([.. places[false], .. places[true]]), places[true].Count());
    }
}
