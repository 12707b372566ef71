using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;
using OnnxDigits.Training.Internals;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchEnvironment.Prepare();
var data = new Option<string?>("--data") { Description = "A folder with MNIST's four files, or 'generated'; as for training when left out." };
var output = new Option<string>("--output")
{
    Description = "The folder to write explained.md and its pictures to.",
    DefaultValueFactory = _ => "docs",
};
var count = new Option<int>("--count") { Description = "The first so many test images.", DefaultValueFactory = _ => 10_000 };
var root = new RootCommand("Measures and draws what the shipped networks have learned.") { data, output, count };
count.Validators.Add(result =>
{
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int images) && images < 1)
        result.AddError("--count is a number from 1 on.");
});
root.SetAction(parsed =>
{
    try
    {
        return Write(parsed);
    }
    catch (Exception e) when (e is DigitDataException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {e.Message}");
        return e is DigitDataException ? ExitCode.Data : ExitCode.Output;
    }
});
return root.Parse(args).Invoke();

int Write(ParseResult parsed)
{
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages test = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    var page = new Page(parsed.GetValue(output)!, "explained");
    Explanation.Write(page, set, test);
    page.Save();
    Console.WriteLine($"Written: {Path.Combine(parsed.GetValue(output)!, "explained.md")}");
    return ExitCode.Success;
}
