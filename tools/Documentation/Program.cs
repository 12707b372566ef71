using System.CommandLine;
using System.Globalization;
using System.Text;
using OnnxDigits.Data.Mnist;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports.Pictures;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchEnvironment.Prepare();
var sizes = new Option<bool>("--sizes") { Description = "First publish the programs of tools/Peers and measure their folders (minutes)." };
var rootOption = new Option<string>("--root") { Description = "The repository.", DefaultValueFactory = _ => "." };
var command = new RootCommand("Writes the tables and pictures of the README and the pages in docs from what was measured.") { sizes, rootOption };
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
    WriteTables(root, "README.md", (NetworksTable.Name, NetworksTable.Write(root)), (PeersTable.Name, PeersTable.Write(root)));
    WriteTables(
        root, CandidateTables.Page, (SearchTable.Name, SearchTable.Write(root)), (ChoiceTable.Name, ChoiceTable.Write(root)), (SeedsTable.Name, SeedsTable.Write(root)),
        (CandidateTables.Accuracy, CandidateTables.WriteAccuracy(root)), (CandidateTables.Noise, CandidateTables.WriteNoise(root)));
    string[] tables = [PreprocessingTables.Conditions, PreprocessingTables.Noise, PreprocessingTables.Photographed, PreprocessingTables.Photographs, PreprocessingTables.Constants];
    WriteTables(root, PreprocessingTables.Page, [.. tables.Select(name => (name, PreprocessingTables.Write(root, name)))]);
    WriteTables(
        root, DeviceTable.Page, (DeviceTable.Name, DeviceTable.Write(root)), (ModulesTable.Name, ModulesTable.Write(root)),
        (CommandTables.Device, CommandTables.WriteDevice(root)));
    WriteTables(root, CommandTables.Page, (CommandTables.Cost, CommandTables.WriteCost(root)), (CommandTables.Server, CommandTables.WriteServer(root)));
    WriteTables(
        root, TrainingTables.Page, (TrainingTables.Speed, TrainingTables.WriteSpeed(root)), (TrainingTables.Chaos, TrainingTables.WriteChaos(root)),
        (TrainingTables.Generation, TrainingTables.WriteGeneration(root)), (DrawnTables.Ink, DrawnTables.WriteInk(root)),
        (DrawnTables.Across, DrawnTables.WriteAcross(root)));
    WriteTables(root, FuzzTable.Page, (FuzzTable.Name, FuzzTable.Write(root)));
    WriteTables(root, PythonTable.Page, (PythonTable.Name, PythonTable.Write(root)));
    string pictures = Path.Combine(root, "docs", "pictures");
    PictureFiles.Write(pictures, "read", ReadmePicture.Draw);
    PictureFiles.Write(pictures, "steps", StepsPicture.Draw);
    Console.WriteLine($"Written: the pictures in {pictures}");
}

static void WriteTables(string root, string page, params ReadOnlySpan<(string Name, string Table)> tables)
{
    string path = Path.Combine(root, page), text = File.ReadAllText(path);
    foreach ((string name, string table) in tables)
        text = MarkedTable.Replace(text, name, table);
    AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    Console.WriteLine($"Written: the tables of {path}");
}
