namespace OnnxDigits.Tools.DigitFiles;

/// <summary>What can be measured of the ink of two sets of images.</summary>
/// <param name="Given">Of a data set.</param>
/// <param name="Drawn">Of generated digits.</param>
internal sealed record InkComparison(InkMeasures Given, InkMeasures Drawn);
