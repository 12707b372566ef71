namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>The numbers of the procedure that no rule gives, but a look at pictures that people made.</summary>
/// <remarks>
/// They are part of <see cref="DigitPreprocessing.Id"/>: everything that is shipped runs with <see cref="Default"/>. Others are for
/// <c>tools/PreprocessingTable</c>, which shows how far each may be from its value before pictures are misread.
/// </remarks>
internal sealed record JudgedConstants
{
    public static JudgedConstants Default { get; } = new();

    /// <summary>Larger pictures are reduced: a digit that fills a fortieth of the page still has the 20 pixels that the network sees.</summary>
    public int LongestSide { get; init; } = 800;

    /// <summary>Less contrast than this, of 255, cannot be told from noise and compression.</summary>
    public float LeastContrast { get; init; } = 8;

    /// <summary>A drawing's background is one value, give or take rounding: this share of all pixels has it. Paper has grain.</summary>
    public double DrawingShare { get; init; } = 0.6;

    /// <summary>A camera's black has grain too, and no fat digit leaves less than this of a black page.</summary>
    public double BlackDrawingShare { get; init; } = 0.4;

    /// <summary>Smaller pictures have no room for a local background; in pixels.</summary>
    public int LeastPhotoSide { get; init; } = 64;

    /// <summary>How far the light around a pixel reaches to each side, as a share of the picture's shorter side.</summary>
    public double LightReach { get; init; } = 0.25;

    /// <summary>Photographed ink must stand this far above the page, of 255, or the page is empty.</summary>
    public float LeastPhotoContrast { get; init; } = 16;

    /// <summary>The same in the page's own noise, in standard deviations.</summary>
    public float LeastSignalToNoise { get; init; } = 4;

    /// <summary>The bar of a 5 or the top of a 4 drawn apart is larger than this share of the largest stroke; dust is not.</summary>
    public double LeastStrokeShare { get; init; } = 0.03;

    /// <summary>Fainter than this share of the darkest ink is compression noise, not the digit's edge.</summary>
    public float EdgeShare { get; init; } = 1 / 8f;
}
