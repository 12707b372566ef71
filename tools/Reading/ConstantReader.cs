using System.Collections.Concurrent;
using System.Security.Cryptography;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads the same pictures with any judged constants: photographs, pages, and pages with nothing on them.</summary>
internal sealed class ConstantReader
{
    private static readonly Condition[] Kinds = [.. Condition.All, .. Condition.Photographed.Skip(1)];

    private readonly Networks _networks;
    private readonly Picture[] _pictures;
    private readonly ConcurrentDictionary<string, int?[]> _answers = new();

    /// <param name="folder">Sets of photographs.</param>
    /// <param name="training">Images to render as pages, as many of each kind, drawings and photographs.</param>
    /// <param name="pages">How many of them.</param>
    /// <param name="empty">How many pages without a digit, of the same kinds.</param>
    /// <param name="networks">Who reads.</param>
    public ConstantReader(string folder, DigitImages training, int pages, int empty, Networks networks)
    {
        _networks = networks;
        ILookup<bool, Picture> halves = Photograph.SetsOf(folder).SelectMany(Photograph.In)
            .ToLookup(photo => photo.IsFirst, photo => new Picture(ImageFile.Decode(photo.Path), photo.Label));
        Picture[] first = [.. halves[true]], second = [.. halves[false]];
        First = ..first.Length;
        Pages = First.End..(First.End.Value + pages);
        Empty = Pages.End..(Pages.End.Value + empty);
        Second = Empty.End..(Empty.End.Value + second.Length);
        _pictures =
        [
            .. first,
            .. Enumerable.Range(0, pages).Select(i => Render(training.Image(i).ToArray(), training.Label(i), i)),
            .. Enumerable.Range(0, empty).Select(i => Render(new byte[DigitPreprocessing.OutputLength], null, i)),
            .. second,
        ];
    }

    /// <summary>The networks that read: conv, which forgives the least, and the default.</summary>
    public static IReadOnlyList<EmbeddedModel> Readers { get; } = [EmbeddedModel.Conv, new DigitClassifierOptions().Model];

    /// <summary>The half of the photographs that the constants are chosen on.</summary>
    public Range First { get; }

    /// <summary>Training images as files.</summary>
    public Range Pages { get; }

    /// <summary>Files with no digit on them.</summary>
    public Range Empty { get; }

    /// <summary>The half that has no say.</summary>
    public Range Second { get; }

    /// <summary>Whether each of these pictures is read rightly, for each of <see cref="Readers"/>; a page with nothing on it, whether it is found blank.</summary>
    public bool[][] Read(JudgedConstants constants, Range part)
    {
        var (offset, length) = part.GetOffsetAndLength(_pictures.Length);
        bool[][] right = [.. Readers.Select(_ => new bool[length])];
        Parallel.For(0, length, n =>
        {
            Picture picture = _pictures[offset + n];
            byte[] image = new byte[DigitPreprocessing.OutputLength];
            bool isBlank = DigitPreprocessing.Apply(picture.Image.Raster, constants, image).IsBlank;
            int?[]? answers = isBlank ? null : Answers(image);
            for (int i = 0; i < right.Length; i++) right[i][n] = answers?[i] == picture.Label;
        });
        return right;
    }

    /// <summary>Whether each of these pictures is read rightly by all.</summary>
    public bool[] ReadByAll(JudgedConstants constants, Range part) =>
        Read(constants, part).Aggregate((one, other) => [.. one.Zip(other, (a, b) => a && b)]);

    // Most constants leave most pictures as they are.
    private int?[] Answers(byte[] image) => _answers.GetOrAdd(
        Convert.ToHexString(SHA256.HashData(image)), _ => [.. Readers.Select(reader => _networks.Read((int)reader, image))]);

    private static Picture Render(byte[] digit, int? label, int place)
    {
        Condition condition = Kinds[place % Kinds.Length];
        return new Picture(ImageFile.Decode(condition.Render(new Drawing(digit), new Random(place))), label);
    }

    /// <param name="Image">The picture.</param>
    /// <param name="Label">Its digit; null where there is none.</param>
    private sealed record Picture(DecodedImage Image, int? Label);
}
