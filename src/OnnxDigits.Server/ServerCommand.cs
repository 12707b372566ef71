using System.CommandLine;
using System.Reflection;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;
using OnnxDigits.Server.Models;
using Shared;

namespace OnnxDigits.Server;

/// <summary>The command <c>digit-server</c>: turns its options into configuration and runs the server.</summary>
internal static class ServerCommand
{
    private const string Ending = """
        Each option is also an environment variable (OnnxDigits__Port=9000) and an entry
        of appsettings.json ({ "OnnxDigits": { "Port": 9000 } }).

        Exit codes:
          0    stopped by Ctrl-C or SIGTERM
          1    health: the server isn't ready
          2    the command line or the configuration is invalid
          3    a model, the device or a native library is missing or invalid
          5    an address is in use or cannot be listened on

        """;

    private static readonly (string Title, (string Name, string Value, string Description)[] Options)[] Groups =
    [
        ("Addresses",
        [
            ("--host", "HOST", "The address to listen on: localhost, an IP address, or * for all. Default: localhost."),
            ("--port", "PORT", "The port for REST and the page. Default: 8080."),
            ("--grpc-port", "PORT", "The port for gRPC. Default: 8081."),
            ("--api-key", "KEY", "The key that requests need, of 16 characters or more. Prefer the environment "
                + "variable. Default: none."),
        ]),
        ("Models",
        [
            ("--model", "NAME=FILE", "An ONNX file to serve. NAME/VERSION=FILE gives a version. May be repeated."),
            ("--batched", "NAME", "A model of --model whose rows don't depend on each other: its requests may be "
                + "joined. May be repeated."),
            ("--digits", "NAME", "The network that reads pictures: best, conv, dense or a file. Default: best."),
            ("--device", "DEVICE", "The device of that network. Default: auto."),
            ("--threshold", "0..1", "The confidence below which a digit is uncertain. Default: 0.6."),
        ]),
        ("Speed",
        [
            ("--max-delay", "MS", "The longest wait for more requests while the model is busy. Default: 1."),
            ("--workers", "N", "The number of concurrent runs of a model. Default: one for each processor."),
            ("--decoders", "N", "How many pictures are decoded at a time. Default: one for each processor."),
        ]),
        ("Limits",
        [
            ("--max-body", "BYTES", "The largest body of a request. Default: 16777216."),
            ("--max-pixels", "N", "The largest number of pixels in a picture. Default: 16000000."),
            ("--max-images", "N", "The largest number of pictures in a request. Default: 64."),
            ("--max-elements", "N", "The largest number of elements in a tensor. Default: 4194304."),
            ("--queue-length", "N", "How many requests may wait for each model. Default: 256."),
            ("--run-timeout", "SECONDS", "The time limit for one run of a model. Default: 30."),
            ("--request-timeout", "SECONDS", "The time limit for a request. Default: 60."),
            ("--grace-period", "SECONDS", "The time for running requests to finish after SIGTERM. Default: 25."),
        ]),
    ];

    /// <summary>Runs the server until it is stopped.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new Command("digit-server", "Serves ONNX models over REST and gRPC, and reads digits on pictures.");
        foreach (var (name, value, description) in Groups.SelectMany(group => group.Options))
        {
            root.Add(new Option<string[]>(name) { HelpName = value, Description = description });
        }
        var help = Groups.Select(group => (group.Title, group.Options.Select(option => option.Name).ToArray()));
        root.Add(new CommandHelp([.. help], Ending).CreateOption());
        root.Add(new VersionOption { Description = "Show the version." });
        root.SetAction((parsed, _) => ServeAsync(Configuration(parsed), error));
        root.Add(CreateHealth(root));

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.In(parsed, args) is { } mistake) return Fail(mistake, ExitCode.Usage);
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception e) when (CodeOf(e) is { } code)
        {
            return Fail((e is TargetInvocationException ? e.InnerException! : e).Message.ReplaceLineEndings(" "), code);
        }

        int Fail(string message, int code)
        {
            error.WriteLine($"digit-server: {message}");
            return code;
        }
    }

    /// <summary>Returns the configuration entries of the given options.</summary>
    internal static Dictionary<string, string?> Configuration(ParseResult parsed)
    {
        var entries = new Dictionary<string, string?>();
        foreach (var option in parsed.CommandResult.Command.Options.OfType<Option<string[]>>())
        {
            if (parsed.GetValue(option) is not { Length: > 0 } values) continue;
            string key = $"{ServerOptions.Section}:{KeyOf(option.Name)}";
            switch (option.Name)
            {
                case "--model":
                    foreach (string value in values)
                    {
                        int at = value.IndexOf('=');
                        if (at < 1) throw new CommandException($"--model needs NAME=FILE, not '{value}'.");
                        entries[$"{key}:{value[..at]}"] = value[(at + 1)..];
                    }
                    break;
                case "--batched":
                    for (int i = 0; i < values.Length; i++) entries[$"{key}:{i}"] = values[i];
                    break;
                default:
                    entries[key] = values[^1];
                    break;
            }
        }
        return entries;
    }

    // Containers without a shell and curl check their health with this command.
    private static Command CreateHealth(Command root)
    {
        var health = new Command("health", "Asks a running server whether it is ready, and exits with 0 or 1.");
        foreach (var option in root.Options.Where(option => option.Name is "--host" or "--port")) health.Add(option);
        health.SetAction((parsed, cancellationToken) => IsReadyAsync(Configuration(parsed), cancellationToken));
        return health;
    }

    private static async Task<int> IsReadyAsync(
        Dictionary<string, string?> entries, CancellationToken cancellationToken)
    {
        var options = DigitServer.Bind(DigitServer.CreateBuilder(entries).Configuration);
        string host = options.Host == "*" ? "localhost" : options.Host;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await client.GetAsync(
                new UriBuilder("http", host, options.Port, "/v2/health/ready").Uri, cancellationToken);
            return answer.IsSuccessStatusCode ? ExitCode.Success : ExitCode.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return ExitCode.Failed;
        }
    }

    private static async Task<int> ServeAsync(Dictionary<string, string?> entries, TextWriter error)
    {
        await using var app = DigitServer.Create(entries);
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            throw new CommandException(
                $"{e.Message.TrimEnd('.')}. Choose another --host, --port or --grpc-port.", ExitCode.Output, e);
        }
        await error.WriteLineAsync($"digit-server: listening on {string.Join(" and ", app.Urls)}. Ctrl-C stops it.");
        await app.WaitForShutdownAsync();
        return ExitCode.Success;
    }

    // --grpc-port sets GrpcPort, and --model the entries of Models.
    private static string KeyOf(string option) => option == "--model"
        ? nameof(ServerOptions.Models)
        : string.Concat(option.Split('-', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static int? CodeOf(Exception e) => e switch
    {
        CommandException command => command.ExitCode,
        OptionsValidationException or InvalidOperationException => ExitCode.Usage,
        ServedModelException or DigitModelException or DigitDeviceException => ExitCode.Model,
        IOException => ExitCode.Output,
        _ => null,
    };
}
