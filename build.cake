// Builds, tests and runs: dotnet cake --target=NAME. Arguments that a target doesn't use go to the program, so
// dotnet cake --target=Train --network=conv --epochs=2 trains the network conv for two epochs.

var target = Argument("target", "Demo");
var configuration = Argument("configuration", "Release");

const string Solution = "OnnxDigits.slnx";
const string Training = "src/OnnxDigits.Training";
const string Cli = "src/OnnxDigits.Cli";
const string Server = "src/OnnxDigits.Server";
string[] cakeArguments = ["target", "configuration", "verbosity", "exclusive"];

// Ctrl-C reaches the program too. Wait until it has saved its files.
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;

void DotNet(params string[] arguments)
{
    var quoted = new ProcessArgumentBuilder();
    foreach (string argument in arguments) quoted.AppendQuoted(argument);
    int code = StartProcess("dotnet", new ProcessSettings { Arguments = quoted });
    if (code != 0) throw new CakeException(code, $"'dotnet {arguments[0]}' returned exit code {code}.");
}

void BuildSolution() => DotNet("build", Solution, "--configuration", configuration, "--nologo");

// Builds projects, except those whose files and output haven't changed since this function built them. MSBuild would
// take ten seconds to find that out.
void Build(params string[] projects)
{
    foreach (string project in projects)
    {
        string[] sources = ["src", project.Split('/')[0], "build", "artifacts/models"];
        string stamp = $"artifacts/built/{project.Replace('/', '-')}-{configuration}";
        string inputs = ListFiles(sources.Distinct());
        if (System.IO.File.Exists(stamp) && System.IO.File.ReadAllText(stamp) == inputs + ListOutput(project)) continue;
        DotNet("build", project, "--configuration", configuration, "--nologo");
        System.IO.Directory.CreateDirectory("artifacts/built");
        System.IO.File.WriteAllText(stamp, inputs + ListOutput(project));
    }
}

// The paths, sizes and times of all files that a build reads.
string ListFiles(IEnumerable<string> folders)
{
    return List(new System.IO.DirectoryInfo(".").EnumerateFiles("Directory.*").Concat(folders.SelectMany(folder => FilesIn(new(folder)))));

    static IEnumerable<System.IO.FileInfo> FilesIn(System.IO.DirectoryInfo folder) =>
        folder.Name is "bin" or "obj" or "node_modules"
            ? []
            : folder.EnumerateFiles().Concat(folder.EnumerateDirectories().SelectMany(FilesIn));
}

string ListOutput(string project)
{
    var output = new System.IO.DirectoryInfo(Output(project, ""));
    return output.Exists ? List(output.EnumerateFiles("*.dll")) : "";
}

string List(IEnumerable<System.IO.FileInfo> files) => string.Concat(files.OrderBy(file => file.FullName, StringComparer.Ordinal)
    .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n"));

string Output(string folder, string file) => $"{folder}/bin/{configuration}/net10.0/{file}";

void DigitTrain(params string[] arguments) => DotNet([Output(Training, "digit-train.dll"), .. arguments]);

void Infer(params string[] arguments) => DotNet([Output(Cli, "infer.dll"), .. arguments]);

void Pack(bool native, bool train)
{
    BuildSolution();
    DotNet("pack", Solution, "--configuration", configuration, "--no-build", "--nologo");
    // A package of digit-train has libtorch, which takes minutes to compress.
    foreach (string command in train ? new[] { Cli, Server, Training } : [Cli, Server])
    {
        string[] pack = ["pack", command, "--configuration", configuration, "--nologo", "-p:PackForEachSystem=true"];
        DotNet(pack);
        if (!native || command == Training) continue;
        string system = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        DeleteFiles($"artifacts/packages/*.{system}.*.snupkg");
        DotNet([.. pack, "--runtime", system, "-p:PublishAot=true"]);
    }
}

string[] Git(params string[] arguments)
{
    StartProcess("git", new ProcessSettings { Arguments = string.Join(' ', arguments), RedirectStandardOutput = true }, out var lines);
    return [.. lines];
}

// The arguments for the program: all, or only those named.
string[] PassedOn(params string[] names) =>
[
    .. from argument in Context.Arguments.GetArguments()
       where names.Length == 0 ? !cakeArguments.Contains(argument.Key) : names.Contains(argument.Key)
       from value in argument.Value
       from part in value is null ? new[] { $"--{argument.Key}" } : new[] { $"--{argument.Key}", value }
       select part
];

Task("Build")
    .Description("Builds the solution. Warnings are errors.")
    .Does(BuildSolution);

Task("Format")
    .Description("Fails if a file isn't formatted.")
    .Does(() => DotNet("format", Solution, "--verify-no-changes"));

Task("Test")
    .Description("Runs all tests. ONNXDIGITS_DATA names a folder with MNIST (generated digits otherwise), ONNXDIGITS_PHOTOS a folder of photographs, ONNXDIGITS_PEOPLE a folder of people's handwriting, ONNXDIGITS_ONNX_CASES ONNX's own test cases.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        DotNet("test", "--solution", Solution, "--configuration", configuration, "--no-build", "--max-parallel-test-modules", "1");
        foreach (FilePath report in GetFiles($"tests/*/bin/{configuration}/net10.0/{{pytorch-converted,pytorch-operator}}.txt"))
            Information(System.IO.File.ReadAllText(report.FullPath).TrimEnd());
    });

Task("Train")
    .Description("Trains and exports: --network dense|conv|best|all, --epochs, --seed, --runs, --data, --resume, --publish …")
    .Does(() =>
    {
        Build(Training);
        DigitTrain(["fit", .. PassedOn()]);
    });

Task("Runs")
    .Description("Lists runs; with --show RUN, writes a page about them: --output, --open; with two or more --compare RUN, compares them: --format table|csv|json, --output, --picture …")
    .Does(() =>
    {
        Build(Training);
        string[] compared = [.. Context.Arguments.GetArguments("compare")];
        string[] shown = [.. Context.Arguments.GetArguments("show")];
        if (shown.Length > 0) DigitTrain(["runs", "show", .. shown, .. PassedOn("runs-folder", "output", "open", "force")]);
        else if (compared.Length == 0) DigitTrain(["runs", "list", .. PassedOn()]);
        else DigitTrain(["runs", "compare", .. compared, .. PassedOn("runs-folder", "format", "output", "picture", "dark", "force")]);
    });

Task("Sweep")
    .Description("Trains the trials of a plan and ranks the recipes: --plan PLAN, --runs-folder, --data, --threads …")
    .Does(() =>
    {
        Build(Training);
        string plan = Argument<string>("plan");
        DigitTrain(["sweep", "run", plan, .. PassedOn("runs-folder", "data", "with-mnist", "threads", "device")]);
        DigitTrain(["sweep", "report", plan, .. PassedOn("runs-folder")]);
    });

Task("Sprint")
    .Description("Trains ten networks to 99 % of MNIST's test images, each in seconds: --seeds, --threads, --data.")
    .Does(() => DotNet(["run", "--configuration", configuration, "samples/sprint.cs", "--", .. PassedOn()]));

Task("Evaluate")
    .Description("Measures models on the test images: --model dense|conv|best|FILE (by default all three), --data …")
    .Does(() =>
    {
        Build(Cli);
        if (HasArgument("model")) Infer(["evaluate", .. PassedOn()]);
        else foreach (string model in new[] { "dense", "conv", "best" }) Infer(["evaluate", "--model", model, .. PassedOn()]);
    });

Task("Explain")
    .Description("Measures and draws what the networks learned, and writes docs/explained.md: --data, --output, --count.")
    .Does(() =>
    {
        Build("tools/Explain");
        DotNet([Output("tools/Explain", "Explain.dll"), .. PassedOn()]);
    });

Task("Demo")
    .Description("Trains dense and conv, evaluates them and classifies a folder of images: --data, --epochs …")
    .Does(() =>
    {
        Build(Training, Cli);
        const string Models = "artifacts/demo/models";
        const string Digits = "artifacts/demo/digits";
        string[] data = PassedOn("data");
        DigitTrain(["fit", "--publish", Models, .. PassedOn()]);
        foreach (string network in new[] { "dense", "conv" })
            Infer(["evaluate", "--model", $"{Models}/{network}.onnx", "--format", "table", .. data]);
        if (DirectoryExists(Digits)) DeleteDirectory(Digits, new DeleteDirectorySettings { Recursive = true });
        DigitTrain(["digits", "export", Digits, "--split", "test", "--count", "100", .. data]);
        Infer([Digits, "--model", $"{Models}/conv.onnx", "--format", "table"]);
    });

Task("Pack")
    .Description("Writes the packages to artifacts/packages. --native compiles infer and digit-server ahead of time for this system, which needs a C compiler. --train adds digit-train, whose packages have libtorch.")
    .Does(() => Pack(HasArgument("native"), HasArgument("train")));

Task("Release")
    .Description("Tests, packs and describes a release in artifacts/release, and publishes nothing: --number 0.2.0, --skip-tests.")
    .Does(() =>
    {
        string number = Argument<string>("number", null) ?? throw new CakeException("Name the version: --number 0.2.0.");
        string prefix = XmlPeek("Directory.Build.props", "/Project/PropertyGroup/VersionPrefix");
        if (number != prefix) throw new CakeException($"Directory.Build.props has version {prefix}. Set VersionPrefix to {number}, or release {prefix}.");
        string[] changes = System.IO.File.ReadAllLines("CHANGELOG.md");
        int start = Array.FindIndex(changes, line => line.StartsWith($"## [{number}]"));
        if (start < 0) throw new CakeException($"CHANGELOG.md has no section [{number}]. Rename [Unreleased] to [{number}] with the date.");
        if (Git("status", "--porcelain") is not []) throw new CakeException("The tree has changes. Commit or remove them.");

        // NuGet writes this time to the packages, so that the same commit gives the same bytes.
        Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", Git("log", "-1", "--format=%ct")[0]);
        // The public interface is compared with that of the previous release. MSBuild takes the variable as a property.
        if (Git("tag", "--list", "v*", "--sort=-v:refname") is [var previous, ..])
            Environment.SetEnvironmentVariable("PackageValidationBaselineVersion", previous[1..]);
        const string Folder = "artifacts/release";
        foreach (string folder in new[] { Folder, "artifacts/packages" })
            if (DirectoryExists(folder)) DeleteDirectory(folder, new DeleteDirectorySettings { Recursive = true, Force = true });
        if (!HasArgument("skip-tests")) RunTarget("Test");
        Pack(native: true, train: true);
        MoveDirectory("artifacts/packages", Folder);
        if (IsRunningOnLinux() && StartProcess("build/package-infer.sh", Folder) != 0) throw new CakeException("infer was not packed.");
        foreach (FilePath project in GetFiles("src/*/*.csproj"))
        {
            string package = XmlPeek(project, "/Project/PropertyGroup/PackageId", new XmlPeekSettings { SuppressWarning = true })
                ?? project.GetFilenameWithoutExtension().ToString();
            if (!FileExists($"{Folder}/{package}.{number}.nupkg")) continue;
            DotNet("tool", "exec", "CycloneDX@6.3.1", "--yes", "--", project.FullPath, "--output", Folder, "--filename", $"{package}.cdx.json",
                "--output-format", "Json", "--set-name", package, "--set-version", number, "--disable-package-restore");
        }
        var notes = changes.Skip(start + 1).TakeWhile(line => !line.StartsWith("## ["));
        System.IO.File.WriteAllText($"{Folder}/notes.md", string.Join("\n", notes).Trim() + "\n");
        var sums = GetFiles($"{Folder}/*").OrderBy(file => file.FullPath, StringComparer.Ordinal).Select(file => $"{CalculateFileHash(file, HashAlgorithm.SHA256).ToHex()}  {file.GetFilename()}");
        System.IO.File.WriteAllText($"{Folder}/SHA256SUMS", string.Join("\n", sums) + "\n");
        Information($"The release is in {Folder}. Publish it as docs/releasing.md says.");
    });

Task("TestGpu")
    .Description("Tests a device with the ONNX Runtime library in the folder ONNXDIGITS_GPU_RUNTIME: --device webgpu|cuda, --images N (85 or more), --hardware (passed to env.sh there). See docs/gpu.md.")
    .Does(() =>
    {
        string runtime = EnvironmentVariable("ONNXDIGITS_GPU_RUNTIME")
            ?? throw new CakeException("Set ONNXDIGITS_GPU_RUNTIME to a folder with libonnxruntime. See docs/gpu.md.");
        var libraries = GetFiles($"{runtime}/libonnxruntime*");
        if (libraries.Count == 0) throw new CakeException($"'{runtime}' has no libonnxruntime. See docs/gpu.md.");
        const string Folder = "artifacts/gpu";
        const string Tests = "tests/OnnxDigits.Inference.Tests";
        Build(Tests);
        // Tests a copy, because the files in the output are hard links to the package cache.
        if (DirectoryExists(Folder)) DeleteDirectory(Folder, new DeleteDirectorySettings { Recursive = true });
        CopyDirectory(Output(Tests, ""), Folder);
        CopyFiles(
            libraries,
            $"{Folder}/runtimes/{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}/native");
        string hardware = HasArgument("hardware") ? "hardware" : "";
        string script = $"[ ! -f '{runtime}/env.sh' ] || . '{runtime}/env.sh' {hardware}; exec dotnet {Folder}/OnnxDigits.Inference.Tests.dll --filter-class '*.Devices.DeviceTests' --show-live-output on --minimum-expected-tests 8";
        int code = StartProcess("bash", new ProcessSettings
        {
            Arguments = new ProcessArgumentBuilder().Append("-c").AppendQuoted(script),
            EnvironmentVariables = new Dictionary<string, string>
            {
                ["ONNXDIGITS_GPU_DEVICE"] = Argument("device", "webgpu"),
                ["ONNXDIGITS_GPU_IMAGES"] = Argument("images", "10000"),
            },
        });
        if (code != 0) throw new CakeException(code, $"The device tests returned exit code {code}.");
    });

try
{
    RunTarget(target);
}
catch (Exception e) when (e.GetBaseException() is CakeException failure)
{
    // Cake itself would return 1.
    Error(failure.Message);
    Environment.Exit(failure.ExitCode);
}
