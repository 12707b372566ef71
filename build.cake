// Build, test, train: dotnet cake --target=NAME. What a target does not know itself it passes on, so
// dotnet cake --target=Train --network=conv --epochs=2 trains the convnet for two epochs.

var target = Argument("target", "Demo");
var configuration = Argument("configuration", "Release");

const string Solution = "OnnxDigits.slnx";
const string DemoFolder = "artifacts/demo";
const string GpuFolder = "artifacts/gpu";
var ownArguments = new[] { "target", "configuration", "verbosity", "exclusive" };
var reports = new[]
{
    ("CrossCheck", "agreement.txt"),
    ("TorchOnnx.Tests", "pytorch-converted.txt"),
    ("TorchOnnx.Tests", "pytorch-operator.txt"),
};
var networks = new[] { "dense", "conv" };
string[] shipped = [.. networks, "best"];

// Ctrl-C reaches the program as well: wait for it to write what it keeps.
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;

void DotNet(string what, ProcessArgumentBuilder arguments)
{
    int exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = arguments });
    if (exitCode != 0) throw new CakeException(exitCode, $"{what} ended with exit code {exitCode}.");
}

void Program(string project, string assembly, params string[] arguments)
{
    var all = new ProcessArgumentBuilder().AppendQuoted($"{project}/bin/{configuration}/net10.0/{assembly}.dll");
    foreach (string argument in arguments) all.AppendQuoted(argument);
    DotNet(assembly, all);
}

void Train(params string[] arguments) => Program("src/OnnxDigits.Training", "OnnxDigits.Training", arguments);

void Infer(params string[] arguments) => Program("src/OnnxDigits.Cli", "infer", arguments);

string[] PassedOn(params string[] only) => Context.Arguments.GetArguments()
    .Where(argument => !ownArguments.Contains(argument.Key) && (only.Length == 0 || only.Contains(argument.Key)))
    .SelectMany(argument => argument.Value.SelectMany(value => value is null ? [$"--{argument.Key}"] : new[] { $"--{argument.Key}", value }))
    .ToArray();

Task("Build")
    .Description("Builds everything; warnings are errors.")
    .Does(() => DotNet("The build", new ProcessArgumentBuilder().Append($"build {Solution} --configuration {configuration} --nologo")));

Task("Format")
    .Description("Fails when a file is not formatted.")
    .Does(() => DotNet("The format check", new ProcessArgumentBuilder().Append($"format {Solution} --verify-no-changes")));

Task("Test")
    .Description("Runs all tests. ONNXDIGITS_DATA names a folder with MNIST; without it they use generated digits. ONNXDIGITS_ONNX_CASES names ONNX's own cases, ONNXDIGITS_PHOTOS a folder of photographs in sets with folders 0 to 9.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        DotNet("The test run", new ProcessArgumentBuilder().Append($"test --solution {Solution} --configuration {configuration} --no-build --max-parallel-test-modules 1"));
        foreach (var (test, report) in reports)
            Information(System.IO.File.ReadAllText($"tests/{test}/bin/{configuration}/net10.0/{report}").TrimEnd());
    });

Task("TestGpu")
    .Description("Checks a device against the CPU: ONNXDIGITS_GPU_RUNTIME names a folder with an ONNX Runtime library that has its provider, and maybe an env.sh to source; --device webgpu|cuda, --images N, --hardware (passed to env.sh).")
    .IsDependentOn("Build")
    .Does(() =>
    {
        string runtime = EnvironmentVariable("ONNXDIGITS_GPU_RUNTIME")
            ?? throw new CakeException("ONNXDIGITS_GPU_RUNTIME names no folder: nothing can be run on a device. See docs/gpu.md.");
        var libraries = GetFiles($"{runtime}/libonnxruntime*");
        if (libraries.Count == 0) throw new CakeException($"ONNXDIGITS_GPU_RUNTIME: there is no libonnxruntime in '{runtime}'.");
        if (DirectoryExists(GpuFolder)) DeleteDirectory(GpuFolder, new DeleteDirectorySettings { Recursive = true });
        // In a copy: the outputs are links to the packages' files.
        CopyDirectory($"tests/OnnxDigits.DeviceTests/bin/{configuration}/net10.0", GpuFolder);
        // The exporter's modules as files, from the tests that prove them on the CPU.
        // By its whole path: the test programs run in folders of their own.
        string corpus = MakeAbsolute(Directory($"{GpuFolder}/corpus")).FullPath;
        int exported = StartProcess("dotnet", new ProcessSettings
        {
            Arguments = new ProcessArgumentBuilder().AppendQuoted($"tests/TorchOnnx.Tests/bin/{configuration}/net10.0/TorchOnnx.Tests.dll").Append("--filter-class TorchOnnx.Tests.Corpus.CorpusTests"),
            EnvironmentVariables = new Dictionary<string, string> { ["ONNXDIGITS_CORPUS"] = corpus },
        });
        if (exported != 0) throw new CakeException(exported, $"The export of the corpus ended with exit code {exported}.");
        string native = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        CopyFiles(libraries, $"{GpuFolder}/runtimes/{native}/native");
        string environment = System.IO.File.Exists($"{runtime}/env.sh") ? $". '{runtime}/env.sh' {(HasArgument("hardware") ? "hardware" : "")}; " : "";
        var settings = new ProcessSettings
        {
            Arguments = new ProcessArgumentBuilder().Append("-c").AppendQuoted($"{environment}exec dotnet {GpuFolder}/OnnxDigits.DeviceTests.dll --minimum-expected-tests 90"),
            EnvironmentVariables = new Dictionary<string, string> { ["ONNXDIGITS_GPU_DEVICE"] = Argument("device", "webgpu"), ["ONNXDIGITS_CORPUS"] = corpus },
        };
        if (HasArgument("images")) settings.EnvironmentVariables["ONNXDIGITS_GPU_IMAGES"] = Argument<string>("images");
        int exitCode = StartProcess("bash", settings);
        string report = $"{GpuFolder}/device.txt";
        if (System.IO.File.Exists(report)) Information(System.IO.File.ReadAllText(report).TrimEnd());
        if (exitCode != 0) throw new CakeException(exitCode, $"The check of the device ended with exit code {exitCode}.");
        if (!System.IO.File.Exists(report)) throw new CakeException("The check of the device ran nothing.");
    });

Task("Train")
    .Description("Trains and exports: --network dense|conv|best|small|all (the first two), --epochs, --batch-size, --seed, --runs, --teacher, --data, --output, --publish …")
    .IsDependentOn("Build")
    .Does(() => Train(PassedOn()));

Task("Runs")
    .Description("Lists the runs; with --compare RUN, given twice or more, compares them: --output, --format table|csv|json, --file, --picture …")
    .IsDependentOn("Build")
    .Does(() =>
    {
        string[] compared = Context.Arguments.GetArguments("compare").ToArray();
        if (compared.Length == 0) Train(["runs", "list", .. PassedOn()]);
        else Train(["runs", "compare", .. compared, .. PassedOn("output", "format", "file", "picture", "dark")]);
    });

Task("Evaluate")
    .Description("Evaluates on the test set: --model dense|conv|best|FILE (the three shipped models when left out), --data …")
    .IsDependentOn("Build")
    .Does(() =>
    {
        if (HasArgument("model")) Infer(["evaluate", .. PassedOn()]);
        else foreach (string network in shipped) Infer(["evaluate", "--model", network, .. PassedOn()]);
    });

Task("Explain")
    .Description("Measures and draws what the networks learned, and writes docs/explained.md: --data, --output, --count, --seeds. Trains for about 20 minutes.")
    .IsDependentOn("Build")
    .Does(() => Program("tools/Explain", "Explain", PassedOn()));

Task("Demo")
    .Description("The whole way: trains both networks, exports and evaluates them, classifies a folder of images.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        string models = $"{DemoFolder}/models";
        string digits = $"{DemoFolder}/digits";
        string[] data = PassedOn("data");
        Train(["--publish", models, .. PassedOn()]);
        foreach (string network in networks) Infer(["evaluate", "--model", $"{models}/{network}.onnx", "--format", "table", .. data]);
        if (DirectoryExists(digits)) DeleteDirectory(digits, new DeleteDirectorySettings { Recursive = true });
        Train(["digits", "export", digits, "--split", "test", "--count", "100", .. data]);
        Infer([digits, "--model", $"{models}/conv.onnx", "--format", "table"]);
    });

Task("Pack")
    .Description("Writes the packages to artifacts/packages.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        DotNet("Packing", new ProcessArgumentBuilder().Append($"pack {Solution} --configuration {configuration} --no-build --nologo"));
        DotNet("Packing the tool", new ProcessArgumentBuilder().Append($"pack src/OnnxDigits.Cli --configuration {configuration} --nologo -p:PackForEachSystem=true"));
    });

RunTarget(target);
