using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>A training and a test split, with the name and the digest that reports and models carry.</summary>
public sealed class DigitDataSet
{
    /// <summary>The <see cref="Name"/> of MNIST.</summary>
    public const string Mnist = "mnist";

    /// <summary>The <see cref="Name"/> of digits drawn by <see cref="DigitGenerator"/>.</summary>
    public const string Generated = "generated";

    /// <summary>
    /// The <see cref="Name"/> of files that are neither, allowed by <see cref="DigitDataOptions.AllowOtherDigests"/>.
    /// </summary>
    public const string Other = "other";

    internal DigitDataSet(string name, DigitImages train, DigitImages test, DataSetDigest digest, string description)
    {
        Name = name;
        Train = train;
        Test = test;
        Sha256 = digest.Whole;
        IsMnist = digest.IsMnist;
        Description = description;
    }

    /// <summary><see cref="Mnist"/>, <see cref="Generated"/> or <see cref="Other"/>.</summary>
    public string Name { get; }

    /// <summary>The images to learn from: MNIST's 60,000. Validation is taken from these.</summary>
    public DigitImages Train { get; }

    /// <summary>The images to measure on, once, at the end: MNIST's 10,000.</summary>
    public DigitImages Test { get; }

    /// <summary>
    /// One digest of the whole data set, 64 lower-case hexadecimal digits: SHA-256 of the four SHA-256 digests
    /// (32 bytes each) of the uncompressed IDX files, in the order train images, train labels, test images, test
    /// labels.
    /// </summary>
    public string Sha256 { get; }

    /// <summary>Whether the four files are the published ones, byte for byte.</summary>
    public bool IsMnist { get; }

    /// <summary>What people are told: the name, where from, the sizes.</summary>
    public string Description { get; }

    /// <summary>
    /// Why these are not the digits one would expect, in one sentence to print bold; null when there is nothing to
    /// say.
    /// </summary>
    public string? Notice { get; init; }

    /// <summary>
    /// Writes the four IDX files, gzip, under their usual names (<c>train-images-idx3-ubyte.gz</c> …).
    /// </summary>
    /// <param name="folder">Where to; made when it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (file, content) in MnistFile.All.Zip(MnistFile.Arrays(Train, Test)))
            content.Write(Path.Combine(folder, file.Name + ".gz"));
    }
}
