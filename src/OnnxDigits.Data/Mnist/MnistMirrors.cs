namespace OnnxDigits.Data.Mnist;

/// <summary>Public copies of the four .gz files. What any of them serves is checked by SHA-256.</summary>
internal static class MnistMirrors
{
    public static IReadOnlyList<Uri> All { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://azureopendatastorage.blob.core.windows.net/mnist/"),
        new("https://raw.githubusercontent.com/fgnt/mnist/master/"),
    ];
}
