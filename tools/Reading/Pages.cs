using System.Diagnostics;
using System.Drawing;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>Counts the digits and numbers that <see cref="DigitClassifier.ReadAll"/> finds on pages.</summary>
internal static class Pages
{
    private const int LargestPage = 200;
    private const int DigitsPerNumber = 4;

    // Pictures that contain only a number have at most this many digits.
    private const int LongestNumber = 8;

    // The margin of such a picture, as a share of the digits' height.
    private const double CroppedMargin = 0.25;

    // The least area that a digit's box and the box around it have in common, as a share of both.
    private const double MinOverlap = 0.5;

    /// <summary>
    /// Reads generated pages of 1 to 200 digits on each paper, pictures that are cropped to 1 to 8 digits, and
    /// photographs of pages on a desk and under a shadow.
    /// </summary>
    public static void ReadGenerated(DigitImages images, DigitClassifier classifier)
    {
        var rows = new List<string[]>();
        foreach (bool isPhotograph in (bool[])[false, true])
        {
            string photographed = isPhotograph ? ", photographed" : "";
            foreach (DigitPaper paper in Enum.GetValues<DigitPaper>())
            {
                Add($"{paper}{photographed}", LargestPage, Draw);
                Add($"{paper}, cropped{photographed}", LongestNumber, (part, seed) =>
                {
                    DigitPage page = Draw(part, seed);
                    return page.Crop((int)(CroppedMargin * page.Digits.Max(digit => digit.Bottom - digit.Top + 1)));
                });

                DigitPage Draw(DigitImages part, int seed) => DigitPage.Draw(part, paper, isPhotograph, seed);
            }
        }
        Add("Plain, photographed on a desk", LargestPage, (part, seed) => PageScene.OnDesk(Photograph(part, seed), seed));
        Add("Plain, photographed under a shadow", LargestPage, (part, seed) =>
            PageScene.UnderShadow(Photograph(part, seed), seed));
        Console.WriteLine(MarkdownTable.Format(
            ["pages", "digits", "found and right", "not digits", "numbers of four", "right", "median ms for 200"],
            [.. rows]));

        void Add(string name, int largest, Func<DigitImages, int, DigitPage> draw) =>
            rows.Add([name, .. ReadPages(images, largest, draw, classifier)]);

        DigitPage Photograph(DigitImages part, int seed) =>
            DigitPage.Draw(part, DigitPaper.Plain, isPhotograph: true, seed);
    }

    /// <summary>Reads the pictures that the labels.csv of a folder lists. Bars separate the lines of writing.</summary>
    public static void ReadFolder(string folder, DigitClassifier classifier)
    {
        int right = 0, all = 0;
        foreach (string row in File.ReadLines(Path.Combine(folder, "labels.csv")).Skip(1))
        {
            string[] fields = row.Split(',');
            string[] expected = fields[1].Split('|');
            IReadOnlyList<LocatedDigit> digits = classifier.ReadAll(
                ImageFile.Decode(Path.Combine(folder, fields[0])).Raster);
            string[] found =
            [
                .. digits.GroupBy(digit => digit.Line)
                    .Select(line => string.Concat(line.Select(digit => digit.Prediction.Digit))),
            ];
            all += expected.Length;
            right += expected.Zip(found).Count(line => line.First == line.Second);
            if (!found.SequenceEqual(expected))
            {
                Console.WriteLine($"{fields[0]}: {string.Join('|', expected)} is read as {string.Join('|', found)}");
            }
        }
        Console.WriteLine($"{right} of {all} lines are right.");
    }

    private static string[] ReadPages(
        DigitImages images, int largest, Func<DigitImages, int, DigitPage> draw, DigitClassifier classifier)
    {
        int digits = 0, found = 0, extra = 0, numbers = 0, rightNumbers = 0;
        var times = new List<double>();
        for (int start = 0, size = 1, next; start < images.Count; start += size, size = next)
        {
            next = size == largest ? 1 : Math.Min(2 * size, largest);
            size = Math.Min(size, images.Count - start);
            DigitPage page = draw(images.Slice(start, size), start);
            var watch = Stopwatch.StartNew();
            IReadOnlyList<LocatedDigit> read =
                classifier.ReadAll(new RasterImage(page.Pixels, page.Width, page.Height, PixelLayout.Gray8));
            if (size == LargestPage) times.Add(watch.Elapsed.TotalMilliseconds);

            bool[] isRight = [.. page.Digits.Select(digit => IsRead(digit, read))];
            digits += size;
            found += isRight.Count(right => right);
            extra += read.Count - read.Count(one => page.Digits.Any(digit => Overlap(digit, one) > MinOverlap));
            foreach (bool[] number in isRight.Chunk(DigitsPerNumber).Where(part => part.Length == DigitsPerNumber))
            {
                numbers++;
                rightNumbers += number.All(right => right) ? 1 : 0;
            }
        }
        return
        [
            $"{digits}", $"{100.0 * found / digits:0.0} %", $"{extra}", $"{numbers}",
            $"{100.0 * rightNumbers / numbers:0.0} %",
            times.Count > 0 ? $"{times.Order().ElementAt(times.Count / 2):0}" : "",
        ];
    }

    private static bool IsRead(PageDigit digit, IEnumerable<LocatedDigit> read)
    {
        LocatedDigit[] here = [.. read.Where(one => Overlap(digit, one) > MinOverlap)];
        return here is [var only] && only.Prediction.Digit == digit.Label;
    }

    private static double Overlap(PageDigit digit, LocatedDigit read)
    {
        var box = Rectangle.FromLTRB(digit.Left, digit.Top, digit.Right + 1, digit.Bottom + 1);
        Rectangle common = Rectangle.Intersect(box, read.Box), around = Rectangle.Union(box, read.Box);
        return (double)common.Width * common.Height / (around.Width * around.Height);
    }
}
