namespace OnnxDigits.Data;

/// <summary>
/// What is wrong with an IDX file; each value has its own sentence in <see cref="IdxFormatException"/>.
/// </summary>
public enum IdxError
{
    /// <summary>The file ends inside its magic number, so it cannot be IDX (an empty file, for instance).</summary>
    TooShort,

    /// <summary>The first two bytes are not zero.</summary>
    BadMagic,

    /// <summary>The third byte, the element type, is not 0x08 (unsigned byte).</summary>
    UnsupportedElementType,

    /// <summary>
    /// The fourth byte, the number of dimensions, is zero, or above <see cref="IdxFile.MaxDimensions"/>.
    /// </summary>
    BadDimensionCount,

    /// <summary>The dimensions claim more than <see cref="IdxFile.MaxElements"/> elements.</summary>
    TooLarge,

    /// <summary>The file ends before the elements that its header promises.</summary>
    Truncated,

    /// <summary>Bytes follow the last element.</summary>
    TrailingBytes,

    /// <summary>The file is gzip, and the compressed stream is damaged or cut.</summary>
    DamagedGzip,

    /// <summary>The file is sound, and its dimensions are not what images [N, 28, 28] or labels [N] have.</summary>
    UnexpectedShape,

    /// <summary>Images and labels of one split differ in number.</summary>
    CountMismatch,

    /// <summary>A label is not 0 to 9.</summary>
    LabelOutOfRange,
}
