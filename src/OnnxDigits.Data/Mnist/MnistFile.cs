namespace OnnxDigits.Data.Mnist;

/// <summary>
/// Describes one of MNIST's four files by its name and the SHA-256 of its published, uncompressed bytes.
/// </summary>
internal sealed record MnistFile(string Name, string Sha256, bool HoldsImages)
{
    /// <summary>Gets the files in the order train images, train labels, test images, test labels.</summary>
    public static IReadOnlyList<MnistFile> All { get; } =
    [
        new("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", true),
        new("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", false),
        new("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", true),
        new("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", false),
    ];

    /// <summary>Gets the addresses of public copies of the four .gz files.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://azureopendatastorage.blob.core.windows.net/mnist/"),
        new("https://raw.githubusercontent.com/fgnt/mnist/master/"),
    ];

    /// <summary>Encodes two splits as the four files of <see cref="All"/>.</summary>
    public static IReadOnlyList<IdxFile> Encode(DigitImages train, DigitImages test) =>
        [Images(train), Labels(train), Images(test), Labels(test)];

    private static IdxFile Images(DigitImages split) =>
        new([split.Count, DigitImages.Rows, DigitImages.Columns], split.Pixels);

    private static IdxFile Labels(DigitImages split) => new([split.Count], split.Labels);
}
