using System.CommandLine;
using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>The options by which every command names its digits.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder of IDX files, 'mnist' or 'generated'; MNIST, or generated digits without it, by default.",
    };

    private readonly Option<long> _seed = new("--seed")
    {
        Description = "The seed of generated digits.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _split = new("--split")
    {
        Description = "Which images: train or test.",
        DefaultValueFactory = _ => "train",
    };

    public DataOptions(Command command)
    {
        _split.AcceptOnlyFromAmong("train", "test");
        command.Add(_data);
        command.Add(_seed);
        command.Add(_split);
    }

    public long Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public DigitImages Open(ParseResult parsed)
    {
        var set = DigitDataSource.Open(new DigitDataOptions
        {
            Data = parsed.GetValue(_data),
            Seed = Seed(parsed),
            AllowOtherDigests = true,
        });
        Console.Error.WriteLine(set.Notice ?? set.Description);
        return parsed.GetValue(_split) == "test" ? set.Test : set.Train;
    }
}
