using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads sets of photographs, whole and behind each step of the preprocessing.</summary>
/// <remarks>A set is a folder with folders 0 to 9 in it.</remarks>
internal static class PhotoTest
{
    public static PhotoFigures Run(string folder, Networks networks)
    {
        string[] sets = Photograph.SetsOf(folder);
        List<Photograph>[] photos = [.. sets.Select(Photograph.In)];
        int conv = (int)EmbeddedModel.Conv;
        int[] Count(Func<Photograph, bool> isRight) => [.. photos.Select(set => set.Count(isRight))];
        Photograph[][] halves = [.. photos.SelectMany(set => set).GroupBy(photo => photo.IsFirst).OrderByDescending(half => half.Key).Select(half => half.ToArray())];
        var right = Steps.All.Concat(Steps.AllBut).ToDictionary(
            step => step.Name,
            step => photos.SelectMany(set => set).Where(photo => Read(photo.Path, step.Apply) is { } image && networks.Read(conv, image) == photo.Label).ToHashSet());
        return new PhotoFigures(
            networks.Digests,
            sets.Zip(photos).ToDictionary(set => Path.GetFileName(set.First), set => set.Second.Count),
            Steps.All.ToDictionary(step => step.Name, step => Count(right[step.Name].Contains)),
            // By the door that users go through, so that the steps cannot drift away from it.
            networks.Names.Index().ToDictionary(
                network => network.Item, network => Count(photo => networks[network.Index].ClassifyFile(photo.Path).Digit == photo.Label)),
            [.. halves.Select(half => half.Length)],
            right.ToDictionary(step => step.Key, step => halves.Select(half => half.Count(step.Value.Contains)).ToArray()));
    }

    private static byte[]? Read(string path, Func<GrayImage, byte[]?> apply) => apply(Steps.Gray(ImageFile.Decode(path).Raster));
}
