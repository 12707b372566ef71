namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The numbers of the procedure that no rule gives.</summary>
/// <remarks>
/// The search of <c>tools/Reading -- constants</c> chose them: on half of a set of people's photographs and on training images, as
/// docs/preprocessing.md tells. They are part of <see cref="DigitPreprocessing.Id"/>: everything that is shipped runs with <see cref="Default"/>. Others are for
/// that search alone.
/// </remarks>
internal sealed record JudgedConstants
{
    public static JudgedConstants Default { get; } = new();

    /// <summary>Less contrast than this, of 255, cannot be told from noise and compression.</summary>
    public float LeastContrast { get; init; } = 8;

    /// <summary>Values so far from a drawing's background, of 255, are rounding and compression.</summary>
    public int DrawingTolerance { get; init; } = 1;

    /// <summary>A drawing's background is one value, give or take rounding: this share of all pixels has it. Paper has grain.</summary>
    public double DrawingShare { get; init; } = 0.4;

    /// <summary>A camera's black has grain too, and no fat digit leaves less than this of a black page.</summary>
    public double BlackDrawingShare { get; init; } = 0.4;

    /// <summary>So much of a drawing's border must agree on what its background is, as a share; else the whole picture is asked.</summary>
    public double BorderMajority { get; init; } = 0.7;

    /// <summary>Smaller pictures have no room for a local background; in pixels.</summary>
    public int LeastPhotoSide { get; init; } = 32;

    /// <summary>How far the light around a pixel reaches to each side, as a share of the picture's shorter side.</summary>
    public double LightReach { get; init; } = 1 / 16.0;

    /// <summary>The same where the picture is small, in pixels.</summary>
    public int LeastReach { get; init; } = 2;

    /// <summary>No part of a page is taken to be under less light than this share of the mean: ink fills it, and it is no shadow.</summary>
    public double LeastLight { get; init; } = 1 / 8.0;

    /// <summary>Photographed ink must stand this far above the page, of 255, or the page is empty.</summary>
    public float LeastPhotoContrast { get; init; } = 32;

    /// <summary>The same in the page's own noise, in standard deviations.</summary>
    public float LeastSignalToNoise { get; init; } = 2;

    /// <summary>Lines and shadows all over a page are fainter than its ink: the darker part of all has a box of at most this share.</summary>
    public double ClutterShare { get; init; } = 1 / 4.0;

    /// <summary>The bar of a 5 or the top of a 4 drawn apart is longer than this share of the longest stroke; dust is not.</summary>
    public double LeastStrokeShare { get; init; } = 1 / 16.0;

    /// <summary>Fainter than this share of the darkest ink is compression noise, not the digit's edge.</summary>
    public float EdgeShare { get; init; } = 1 / 8f;
}
