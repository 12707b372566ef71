using System.CommandLine;
using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary><c>digitfiles idx OUT</c>: generated digits as the four IDX files.</summary>
internal static class IdxCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("OUT") { Description = "The folder, made when it is not there." };
        var seed = new Option<long>("--seed") { Description = "The seed.", DefaultValueFactory = _ => 1 };
        var train = new Option<int>("--train") { Description = "Images to learn from.", DefaultValueFactory = _ => 60_000 };
        var test = new Option<int>("--test") { Description = "Images to test on.", DefaultValueFactory = _ => 10_000 };
        foreach (var count in new[] { train, test })
        {
            count.Validators.Add(result =>
            {
                if (result.GetValue(count) is < 0 or > 1_000_000)
                    result.AddError($"{count.Name} is 0 to 1,000,000.");
            });
        }

        var command = new Command("idx", "Writes generated digits as MNIST's four IDX files (.gz).")
        {
            output, seed, train, test,
        };
        command.SetAction(parsed => Failure.ExitCodeOf(() =>
        {
            var set = DigitGenerator.CreateDataSet(parsed.GetValue(seed), parsed.GetValue(train), parsed.GetValue(test));
            set.Write(parsed.GetValue(output)!);
            Console.WriteLine($"{set.Description}, SHA-256 {set.Sha256}");
        }));
        return command;
    }
}
