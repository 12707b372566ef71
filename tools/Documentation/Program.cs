using System.CommandLine;
using System.Globalization;
using System.Text;
using OnnxDigits.Data.Internals;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Training.Internals;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchEnvironment.Prepare();
var sizes = new Option<bool>("--sizes") { Description = "First publish the programs of tools/Peers and measure their folders (minutes)." };
var rootOption = new Option<string>("--root") { Description = "The repository.", DefaultValueFactory = _ => "." };
var command = new RootCommand("Writes the README's tables and the pictures of the README and of docs/preprocessing.md.") { sizes, rootOption };
command.SetAction(parsed =>
{
    try
    {
        string root = parsed.GetValue(rootOption)!;
        if (parsed.GetValue(sizes)) PublishedSizes.Measure(root);
        Write(root);
        return ExitCode.Success;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {e.Message}");
        return ExitCode.Output;
    }
});
return command.Parse(args).Invoke();

static void Write(string root)
{
    string readme = Path.Combine(root, "README.md"), page = File.ReadAllText(readme);
    page = MarkedTable.Replace(page, NetworksTable.Name, NetworksTable.Write(root));
    page = MarkedTable.Replace(page, PeersTable.Name, PeersTable.Write(root));
    AtomicFile.Write(readme, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    string pictures = Path.Combine(root, "docs", "pictures");
    Illustration.Write(pictures, "read", ReadmePicture.Draw);
    Illustration.Write(pictures, "steps", StepsPicture.Draw);
    Console.WriteLine($"Written: the tables of {readme}, the pictures in {pictures}");
}
