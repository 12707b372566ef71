using System.Security.Cryptography;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Represents a training and a test split of labelled digits.</summary>
public sealed class DigitDataSet
{
    /// <summary>The <see cref="Name"/> of MNIST.</summary>
    public const string Mnist = "mnist";

    /// <summary>The <see cref="Name"/> of digits drawn by <see cref="DigitGenerator"/>.</summary>
    public const string Generated = "generated";

    /// <summary>
    /// The <see cref="Name"/> of all other images. See <see cref="DigitDataOptions.AllowOtherDigests"/>.
    /// </summary>
    public const string Other = "other";

    internal DigitDataSet(
        string name, DigitImages train, DigitImages test, IEnumerable<string> digests, string description)
    {
        Name = name;
        Train = train;
        Test = test;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData([.. digests.SelectMany(Convert.FromHexString)]));
        Description = description;
    }

    /// <summary>Creates a data set from images. Its <see cref="Name"/> is <see cref="Other"/>.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="description">A line for the user with the origin and the sizes.</param>
    public static DigitDataSet FromImages(DigitImages train, DigitImages test, string description) =>
        new(Other, train, test, MnistFile.Encode(train, test).Select(file => file.Sha256()), description);

    /// <summary>Gets <see cref="Mnist"/>, <see cref="Generated"/> or <see cref="Other"/>.</summary>
    public string Name { get; }

    /// <summary>Gets the training images, 60,000 in MNIST.</summary>
    public DigitImages Train { get; }

    /// <summary>Gets the test images, 10,000 in MNIST.</summary>
    public DigitImages Test { get; }

    /// <summary>
    /// Gets the data set's SHA-256 as 64 lower-case hexadecimal digits: the hash of the four hashes (32 bytes each) of
    /// the uncompressed IDX files in the order train images, train labels, test images, test labels.
    /// </summary>
    public string Sha256 { get; }

    /// <summary>Gets a value that indicates whether the four files are MNIST's published ones, byte for byte.</summary>
    public bool IsMnist => Name == Mnist;

    /// <summary>Gets a line for the user with the name, the origin and the sizes.</summary>
    public string Description { get; }

    /// <summary>
    /// Gets a sentence for the user if the data set replaces the expected one, otherwise <see langword="null"/>.
    /// </summary>
    public string? Notice { get; init; }

    /// <summary>Returns a data set with the images of this one, followed by the images of another one.</summary>
    /// <param name="other">The other data set.</param>
    public DigitDataSet Append(DigitDataSet other) => FromImages(
        Train.Append(other.Train), Test.Append(other.Test), $"{Description}; {other.Description}");

    /// <summary>Writes the four IDX files, gzip-compressed, under MNIST's names.</summary>
    /// <param name="folder">The target folder. It is created if it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be created, or a file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be created.</exception>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((MnistFile file, IdxFile content) in MnistFile.All.Zip(MnistFile.Encode(Train, Test)))
        {
            content.Write(Path.Combine(folder, file.Name + ".gz"));
        }
    }
}
