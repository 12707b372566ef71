using System.CommandLine;
using OnnxDigits.Tools.Fuzz;

var root = new RootCommand("Mutated images and models through the public API, in child processes that may crash.")
{
    FuzzCommand.Create("images", "Image files: decode, prepare, classify a share.", 1_000_000, () => new ImageTarget()),
    FuzzCommand.Create("models", "Models: load, and predict 16 images.", 100_000, () => new ModelTarget()),
};
return root.Parse(args).Invoke();
