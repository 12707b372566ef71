using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;
using OnnxDigits.Training.Loop;

// Measures and draws what the shipped networks learned, and fills docs/explained.template.md with it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var data = new Option<string?>("--data")
{
    Description = "A folder with MNIST's files, mnist or generated, as for training.",
};
var output = new Option<string>("--output")
{
    Description = "The folder that holds explained.template.md and receives explained.md and its pictures.",
    DefaultValueFactory = _ => "docs",
};
var count = new Option<int>("--count")
{
    Description = "The number of test images.",
    DefaultValueFactory = _ => 10_000,
};
count.Validators.Add(result =>
{
    if (result.GetValue(count) < 1) result.AddError("--count must be 1 or more.");
});

var root = new RootCommand("Measures what the networks learned and writes docs/explained.md.")
{
    data, output, count,
};
root.SetAction(parsed =>
{
    LibTorchEnvironment.Prepare();
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages test = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    ShippedNetwork[] networks = [.. ((string[])["dense", "conv", "best"]).Select(name => new ShippedNetwork(name))];
    var page = new Page(parsed.GetValue(output)!);

    page.AddFigure("images", $"{test.Count:N0}");
    page.AddFigure("data set", set.Name);
    page.AddTable("networks", ["network", "seed", "SHA-256 of the file"], networks.Select(
        network => (string[])[network.Name, network.Info.Seed, $"`{network.Info.Sha256}`"]));
    Translation.AddTo(page, networks, test);
    Layers.AddTo(page, test);
    Mistakes.AddTo(page, networks, test);
    Calibration.AddTo(page, networks, test);
    ReadmeSheet.Write(Path.Combine(parsed.GetValue(output)!, "pictures"), networks[^1], test);
    Console.WriteLine($"Wrote {page.Save()}");
    foreach (ShippedNetwork network in networks) network.Dispose();
});
return root.Parse(args).Invoke();
