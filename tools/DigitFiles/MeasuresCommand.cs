using System.CommandLine;
using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary><c>digitfiles measures</c>: ink, pen, proportions and grey levels, of generated digits beside others.</summary>
internal static class MeasuresCommand
{
    private const int Drawn = 20_000;

    public static Command Create()
    {
        var command = new Command("measures", "Prints what can be measured of the ink, beside that of generated digits.");
        var data = new DataOptions(command);
        command.SetAction(parsed => Failure.ExitCodeOf(() =>
        {
            var images = data.Open(parsed);
            Print(images, DigitGenerator.Draw(data.Seed(parsed), Drawn));
        }));
        return command;
    }

    private static InkComparison Print(DigitImages given, DigitImages drawn)
    {
        Console.WriteLine("digit  images  ink     deviation  pen          aspect  slant   (given, then generated)");
        for (var digit = 0; digit < DigitImages.Classes; digit++)
        {
            PrintRow($"{digit}", InkMeasures.Of(given, label => label == digit));
            PrintRow("", InkMeasures.Of(drawn, label => label == digit));
        }

        var all = new InkComparison(InkMeasures.Of(given, _ => true), InkMeasures.Of(drawn, _ => true));
        PrintRow("all", all.Given);
        PrintRow("", all.Drawn);
        Console.WriteLine("\ngrey        given   generated   (share of all pixels in percent)");
        for (var i = 0; i < InkMeasures.Ranges; i++)
        {
            var width = 256 / InkMeasures.Ranges;
            Console.WriteLine(FormattableString.Invariant(
                $"{Math.Max(1, i * width),3} to {((i + 1) * width) - 1,3}  {100 * all.Given.Levels[i],5:F2}       {100 * all.Drawn.Levels[i],5:F2}"));
        }

        return all;
    }

    private static void PrintRow(string name, InkMeasures row)
    {
        if (row.Count > 0)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"{name,5}  {row.Count,6}  {row.Ink:F4}  {row.Deviation:F4}     {row.Pen:F2} ± {row.PenDeviation:F2}  {row.Aspect:F2}    {row.Slant,5:F2}"));
        }
    }
}
