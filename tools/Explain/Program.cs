using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;
using OnnxDigits.Tools.Explain.Ablations;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using Shared;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchEnvironment.Prepare();
var data = new Option<string?>("--data") { Description = "A folder with MNIST's four files, or 'generated'; as for training when left out." };
var output = new Option<string>("--output")
{
    Description = "The folder to write explained.md and its pictures to.",
    DefaultValueFactory = _ => "docs",
};
var count = new Option<int>("--count") { Description = "The first so many test images.", DefaultValueFactory = _ => 10_000 };
var work = new Option<string>("--work")
{
    Description = "The folder for checkpoints of networks that are trained for the page.",
    DefaultValueFactory = _ => Path.Combine("artifacts", "ablations"),
};
var root = new RootCommand("Measures and draws what the shipped networks have learned.") { data, output, count, work };
count.Validators.Add(result =>
{
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int images) && images < 1)
        result.AddError("--count is a number from 1 on.");
});
var only = new Argument<string[]>("NAME") { Description = "Which, as the page calls them; all when left out.", Arity = ArgumentArity.ZeroOrMore };
only.AcceptOnlyFromAmong([.. Ablation.All.Select(ablation => ablation.Name)]);
var ablate = new Command("ablate", "Trains the networks that the page needs beside the shipped ones, where that is not done yet.")
{
    only, data, output, work,
};
root.Subcommands.Add(ablate);
root.SetAction(parsed => InSentences(() => Write(parsed)));
ablate.SetAction(parsed => InSentences(() => Ablate(parsed)));
return root.Parse(args).Invoke();

static int InSentences(Action run)
{
    try
    {
        run();
        return ExitCode.Success;
    }
    catch (Exception e) when (e is DigitDataException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {e.Message}");
        return e is DigitDataException ? ExitCode.Data : ExitCode.Output;
    }
}

AblationRuns Runs(ParseResult parsed, DigitDataSet set) => new(
    new AblationResults(Path.Combine(parsed.GetValue(output)!, "explained", "ablations"), set.Name, set.Sha256), parsed.GetValue(work)!, set);

void Ablate(ParseResult parsed)
{
    AblationRuns runs = Runs(parsed, DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) }));
    string[] names = parsed.GetValue(only)!;
    foreach (long seed in AblationSection.Seeds)
        foreach (Ablation ablation in Ablation.All.Where(one => names.Length == 0 || names.Contains(one.Name)))
            runs.Get(ablation, seed, Console.WriteLine);
}

void Write(ParseResult parsed)
{
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages test = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    var page = new Page(parsed.GetValue(output)!, "explained");
    Explanation.Write(page, set, test, Runs(parsed, set));
    page.Save();
    Console.WriteLine($"Written: {Path.Combine(parsed.GetValue(output)!, "explained.md")}");
}
