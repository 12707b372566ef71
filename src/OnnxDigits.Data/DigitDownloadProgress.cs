namespace OnnxDigits.Data;

/// <summary>How far the download of one file is.</summary>
/// <param name="File">The file's name, <c>train-images-idx3-ubyte.gz</c> for instance.</param>
/// <param name="Received">Bytes on disk so far, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole file; null where the mirror does not say.</param>
/// <param name="Mirror">Where it comes from.</param>
public readonly record struct DigitDownloadProgress(string File, long Received, long? Total, Uri Mirror);
