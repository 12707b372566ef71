namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// The thresholds of the procedure. They are part of <see cref="DigitPreprocessing.Id"/>: if you change one, change
/// the id and publish new models.
/// </summary>
/// <remarks>
/// They were tuned on half of the photographs and on rendered training images, and verified on the other half of the
/// photographs. Grey values and contrasts range from 0 to 255.
/// </remarks>
internal static class PreprocessingConstants
{
    /// <summary>The smallest contrast of a picture that is not blank. Less is noise or compression.</summary>
    public const float MinContrast = 8;

    /// <summary>The largest deviation from a drawing's background due to rounding or compression.</summary>
    public const int DrawingTolerance = 1;

    /// <summary>
    /// The least share of a drawing's pixels that have the background's value. Paper has grain instead.
    /// </summary>
    public const double DrawingShare = 0.4;

    /// <summary>
    /// The least contrast of a faint drawing, in standard deviations of its noise. On an empty page, compression can
    /// give most of the paper's grain the same value.
    /// </summary>
    public const float MinDrawingSignalToNoise = 16;

    /// <summary>The contrast from which a picture with one background value is more than grain.</summary>
    public const float MaxGrainContrast = 48;

    /// <summary>The least height of a digit in a frame, as a share of the area within the frame.</summary>
    public const double MinDigitShare = 0.2;

    /// <summary>The share of the border that decides the polarity. Below it, all pixels decide.</summary>
    public const double BorderMajority = 0.7;

    /// <summary>
    /// The smallest shorter side of a photograph, in pixels. Smaller pictures have no room for a local background.
    /// </summary>
    public const int MinPhotoSide = 32;

    /// <summary>The radius of the window that estimates the background, as a share of the shorter side.</summary>
    public const double BackgroundRadius = 1 / 16.0;

    /// <summary>The smallest radius of that window in pixels, for small pictures.</summary>
    public const int MinBackgroundRadius = 2;

    /// <summary>
    /// The least light on a page, as a share of its mean. Darker areas are ink rather than shadow.
    /// </summary>
    public const double MinLight = 1 / 8.0;

    /// <summary>The smallest contrast of ink on a photograph. With less contrast, the page is blank.</summary>
    public const float MinPhotoContrast = 32;

    /// <summary>The smallest contrast of ink, in standard deviations of the page's noise.</summary>
    public const float MinSignalToNoise = 2;

    /// <summary>
    /// The greatest area of the box around the darker ink, as a share of the box around everything, at which fainter
    /// parts are dropped. These parts are printed lines and shadows, which cover the page.
    /// </summary>
    public const double ClutterShare = 1 / 4.0;

    /// <summary>
    /// The least length of a stroke, as a share of the longest one. Shorter strokes are dust. The separate bar of a 5
    /// or a 4 is longer.
    /// </summary>
    public const double MinStrokeShare = 1 / 16.0;

    /// <summary>
    /// The least darkness of ink, as a share of the darkest ink. Fainter ink is compression noise around the digit's
    /// edge.
    /// </summary>
    public const float EdgeShare = 1 / 8f;
}
