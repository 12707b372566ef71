using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Tools.RecipeSearch;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchEnvironment.Prepare();
var writersFile = new Argument<string>("WRITERS") { Description = "QMNIST's qmnist-train-labels-idx2-int.gz." };
var networkName = new Option<string>("--network") { Description = "Which network.", DefaultValueFactory = _ => "best" };
var seeds = new Option<long[]>("--seed") { Description = "Which seeds.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
var threads = new Option<int?>("--threads") { Description = "Threads of torch." };
var changes = new Option<string[]>("--set")
{
    Description = "Name=Value to set otherwise than the recipe has it, as LearningRate=0.002 or Augmentation.Rotation=10.",
    AllowMultipleArgumentsPerToken = true,
};
var title = new Option<string?>("--name") { Description = "What the recipe is called in the file; what was set when left out." };
var output = new Option<string>("--output")
{
    Description = "The file of JSON lines to add to; docs/best.md is made of docs/figures/recipe-search.jsonl.",
    DefaultValueFactory = _ => "recipes.jsonl",
};

var root = new RootCommand(
    "Trains a network on nine tenths of MNIST's writers and tells after each epoch how it reads the rest. The test images are not looked at.")
{
    writersFile, networkName, seeds, threads, changes, title, output,
};
root.SetAction(parsed =>
{
    if (parsed.GetValue(threads) is int count) torch.set_num_threads(count);
    DigitImages training = DigitDataSource.Open(new DigitDataOptions { Data = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) ?? DigitDataSet.Mnist }).Train;
    (DigitImages images, int heldOut) = Writers.HoldOutEveryTenth(training, Writers.Read(parsed.GetValue(writersFile)!, training));
    Console.WriteLine($"{heldOut} of {images.Count} images are held out, of writers of their own.");

    using var noisy = new DigitTensors(NoisyDigits.Of(images.Slice(images.Count - heldOut, heldOut)));
    string name = parsed.GetValue(networkName)!;
    string[] set = parsed.GetValue(changes)!;
    foreach (long seed in parsed.GetValue(seeds)!)
    {
        Recipe recipe = Settings.Apply(Recipe.For(name), set) with { Seed = seed, ValidationSplit = (double)heldOut / images.Count };
        using DigitNetwork network = DigitNetworks.Create(name, seed);
        string changed = string.Join(' ', set);
        new Trainer(network, recipe).Train(images, new EpochLines(parsed.GetValue(output)!, parsed.GetValue(title) ?? changed, changed, network, recipe, noisy));
    }
});
return root.Parse(args).Invoke();
