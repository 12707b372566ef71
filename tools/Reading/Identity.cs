using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Reading;

/// <summary>Whether the data set's own images come out as they went in.</summary>
internal static class Identity
{
    public static void Write(DigitDataSet set, TextWriter output)
    {
        int changed = Changed(set.Train) + Changed(set.Test);
        int total = set.Train.Count + set.Test.Count;
        output.WriteLine($"{total - changed} of {total} images of {set.Name} come out byte for byte as they went in, {changed} changed.");
    }

    private static int Changed(DigitImages images)
    {
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        int changed = 0;
        for (int n = 0; n < images.Count; n++)
        {
            var image = images.Image(n);
            DigitPreprocessing.Apply(new RasterImage(image, 28, 28, PixelLayout.Gray8), output);
            changed += image.SequenceEqual(output) ? 0 : 1;
        }
        return changed;
    }
}
