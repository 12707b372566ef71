using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain;

/// <summary>How well digits are read that are turned, resized, disturbed or half covered.</summary>
internal static class RobustnessSection
{
    private static readonly (string Name, Func<byte[], int, byte[]> Change)[] Disturbances =
    [
        ("as they are", (image, _) => image),
        ("turned by 15°", (image, i) => Changes.TurnAndScale(image, i % 2 == 0 ? 15 : -15, 1)),
        ("turned by 30°", (image, i) => Changes.TurnAndScale(image, i % 2 == 0 ? 30 : -30, 1)),
        ("turned by 45°", (image, i) => Changes.TurnAndScale(image, i % 2 == 0 ? 45 : -45, 1)),
        ("0.5 × the size", (image, _) => Changes.TurnAndScale(image, 0, 0.5)),
        ("0.75 × the size", (image, _) => Changes.TurnAndScale(image, 0, 0.75)),
        ("1.25 × the size", (image, _) => Changes.TurnAndScale(image, 0, 1.25)),
        ("a pixel thinner each side", (image, _) => Changes.Thicken(image, -1)),
        ("a pixel thicker each side", (image, _) => Changes.Thicken(image, 1)),
        ("noise, deviation 0.1", (image, i) => Changes.Noise(image, 25.5, i)),
        ("noise, deviation 0.3", (image, i) => Changes.Noise(image, 76.5, i)),
        ("blur, deviation 1 px", (image, _) => Changes.Blur(image, 1)),
        ("blur, deviation 2 px", (image, _) => Changes.Blur(image, 2)),
        ("8×8 covered", (image, i) => Changes.Cover(image, 8, i)),
        ("12×12 covered", (image, i) => Changes.Cover(image, 12, i)),
    ];

    public static void Write(Page page, IReadOnlyList<ExplainedNetwork> networks, DigitImages test)
    {
        page.Line("## Robustness");
        page.Line();
        page.Line($"The {test.Count:N0} test images disturbed otherwise, again without preprocessing; the first five under each:");
        page.Line();
        page.Picture("disturbed", "The first five test images under each disturbance", palette => Samples(test, palette));
        page.Table(
            ["disturbance", .. networks.Select(network => network.Name)],
            Disturbances.Select(disturbance => (string[])
            [
                disturbance.Name,
                .. networks.Select(network => network.Accuracy(test, disturbance.Change).ToString("0.0000", CultureInfo.InvariantCulture)),
            ]));
        page.Line("Images are turned to one side and the other in turn; squares of background lie at random places.");
        page.Line();
    }

    private static byte[] Samples(DigitImages test, Palette palette)
    {
        const int Shown = 5, Side = 56, Gap = 6, NameWidth = 210, Columns = 3;
        int rows = (Disturbances.Length + Columns - 1) / Columns;
        const int BlockWidth = NameWidth + Shown * (Side + Gap);
        using var drawing = new Drawing(Columns * BlockWidth + 24, rows * (Side + Gap) + 24, palette);
        foreach ((int place, (string name, Func<byte[], int, byte[]> change)) in Disturbances.Index())
        {
            (int column, int row) = Math.DivRem(place, rows);
            float left = 16 + column * BlockWidth, top = 12 + row * (Side + Gap);
            drawing.Text(name, left, top + Side / 2 + 5, 15);
            for (int i = 0; i < Shown; i++)
            {
                byte[] image = change(test.Image(i).ToArray(), i);
                drawing.Digit(image, SKRect.Create(left + NameWidth - 20 + i * (Side + Gap), top, Side, Side), background: 0.04);
            }
        }

        return drawing.ToPng();
    }
}
