using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;
using OnnxDigits.Training.Loop;
using TorchSharp;

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
var seeds = new Option<int>("--seeds")
{
    Description = "The number of seeds to train each ablated network with.",
    DefaultValueFactory = _ => 3,
};
foreach (Option<int> option in (Option<int>[])[count, seeds])
{
    option.Validators.Add(result =>
    {
        if (result.GetValue(option) < 1) result.AddError($"{option.Name} must be 1 or more.");
    });
}

var root = new RootCommand("Measures what the networks learned and writes docs/explained.md.")
{
    data, output, count, seeds,
};
root.SetAction(parsed =>
{
    LibTorchEnvironment.Prepare();
    // Trained weights depend on the number of threads. Use one, which every machine has.
    torch.set_num_threads(1);
    DigitDataSet set = DigitDataSource.Open(new DigitDataOptions { Data = parsed.GetValue(data) });
    DigitImages test = set.Test.Slice(0, Math.Min(parsed.GetValue(count), set.Test.Count));
    ShippedNetwork[] networks = [.. ((string[])["dense", "conv", "best"]).Select(name => new ShippedNetwork(name))];
    var page = new Page(parsed.GetValue(output)!);

    page.AddFigure("images", $"{test.Count:N0}");
    page.AddFigure("data set", set.Name);
    page.AddTable("networks", ["network", "seed", "SHA-256 of the file"], networks.Select(
        network => (string[])[network.Name, network.Info.Seed, $"`{network.Info.Sha256}`"]));
    Windows.AddTo(page);
    Translation.AddTo(page, networks, test);
    Layers.AddTo(page, test);
    Ablation.AddTo(page, set, parsed.GetValue(seeds));
    Mistakes.AddTo(page, networks, test);
    Calibration.AddTo(page, networks, test);
    ReadmeSheet.Write(Path.Combine(parsed.GetValue(output)!, "pictures"), networks[^1], test);
    Console.WriteLine($"Wrote {page.Save()}");
    foreach (ShippedNetwork network in networks) network.Dispose();
});
return root.Parse(args).Invoke();
