using System.CommandLine;
using OnnxDigits.Tools.Fuzz;

var root = new RootCommand("Mutated images and models through the public API, in child processes that may crash.")
{
    FuzzCommand.Create("images", "Mutated image files: decode, prepare, and classify a share.", 1_000_000, () => new ImageTarget()),
    FuzzCommand.Create("models", "Mutated models: load, and predict 16 images.", 100_000, () => new ModelTarget()),
};
return root.Parse(args).Invoke();
