using System.CommandLine;
using System.Globalization;
using OnnxDigits.Tools.Fuzz;

// Gives mutated image files and models to the public API: dotnet run -c Release --project tools/Fuzz -- images
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var count = new Option<long>("--count") { Description = "The number of inputs.", DefaultValueFactory = _ => 100_000 };
var first = new Option<long>("--first") { Description = "The number of the first input." };
var seed = new Option<int>("--seed") { Description = "The random seed. Input n of a seed is always the same." };
var threads = new Option<int>("--threads")
{
    Description = "The number of worker processes.",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
var files = new Option<string?>("--files") { Description = "A folder of files to mutate too." };
var keep = new Option<string?>("--keep") { Description = "A folder that receives each input." };
var worker = new Option<bool>("--worker")
{
    Description = "Runs the inputs in this process and prints a line for each.",
    Hidden = true,
};

return new RootCommand("Gives mutated files to the public API, in processes that may crash.")
{
    Create("images", "Decodes and prepares mutated image files, and classifies one in 16.", () => new ImageTarget()),
    Create(
        "models", "Loads mutated copies of the shipped models, which must be refused or give the same results.",
        () => new ModelTarget(allowForeign: false)),
    Create(
        "foreign", "Loads mutated models without a check of their digest.", () => new ModelTarget(allowForeign: true)),
}.Parse(args).Invoke();

Command Create(string name, string description, Func<IFuzzTarget> createTarget)
{
    var command = new Command(name, description) { count, first, seed, threads, files, keep, worker };
    command.SetAction(parsed =>
    {
        long start = parsed.GetValue(first);
        var inputs = new Inputs(parsed.GetValue(seed), start, start + parsed.GetValue(count));
        if (!parsed.GetValue(worker))
        {
            return Campaign.Run(name, inputs, parsed.GetValue(threads), parsed.GetValue(files), parsed.GetValue(keep));
        }
        IFuzzTarget target = createTarget();
        string[] added = parsed.GetValue(files) is { } folder
            ? [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
        var mutator = new Mutator([.. target.Seeds, .. added.Select(File.ReadAllBytes)]);
        Worker.Run(target, mutator, inputs, parsed.GetValue(keep));
        return 0;
    });
    return command;
}
