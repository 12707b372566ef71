using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Internals.Preprocessing;

namespace OnnxDigits.Tools.PreprocessingTable;

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
        return new PhotoFigures(
            networks.Digests,
            sets.Zip(photos).ToDictionary(set => Path.GetFileName(set.First), set => set.Second.Count),
            Steps.All.ToDictionary(step => step.Name, step => Count(photo => Read(photo.Path, step.Apply) is { } image && networks.Read(conv, image) == photo.Label)),
            // By the door that users go through, so that the steps cannot drift away from it.
            networks.Names.Index().ToDictionary(
                network => network.Item, network => Count(photo => networks[network.Index].ClassifyFile(photo.Path).Digit == photo.Label)));
    }

    private static byte[]? Read(string path, Func<GrayImage, byte[]?> apply) => apply(Steps.Gray(ImageFile.Decode(path).Raster));
}
