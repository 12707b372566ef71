using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace OnnxDigits.Server.Tests;

/// <summary>The command as a process on free ports.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly ConcurrentBag<string?> _errors = [];
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process, int port, int grpcPort)
    {
        _process = process;
        GrpcPort = grpcPort;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public HttpClient Http { get; }

    public int GrpcPort { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Gets the lines that the server wrote to standard error, in no order.</summary>
    public IReadOnlyCollection<string?> Errors => _errors;

    /// <summary>Gets the lines that the server wrote to standard output.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Returns the memory of the process, in bytes.</summary>
    public long MeasureMemory()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Starts the server and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync(arguments, folder: null, []);

    public static async Task<ServerProcess> StartAsync(
        string[] arguments, string? folder, Dictionary<string, string> environment, string? program = null)
    {
        int port = FreePort(), grpcPort = FreePort();
        var start = Describe(
            [.. arguments, "--host", "127.0.0.1", "--port", $"{port}", "--grpc-port", $"{grpcPort}"], program);
        if (folder is not null) start.WorkingDirectory = folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, port, grpcPort);
        server._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text) server._output.Enqueue(text);
        };
        server._process.BeginOutputReadLine();
        server._process.ErrorDataReceived += (_, line) => server._errors.Add(line.Data);
        server._process.BeginErrorReadLine();
        var cancellation = TestContext.Current.CancellationToken;
        while (true)
        {
            try
            {
                if ((await server.Http.GetAsync("/v2/health/ready", cancellation)).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException) when (!server._process.HasExited)
            {
                await Task.Delay(10, cancellation);
            }
        }
    }

    public static ProcessStartInfo Describe(string[] arguments, string? program = null)
    {
        string[] words = program is null
            ? [Path.ChangeExtension(typeof(DigitServer).Assembly.Location, "dll"), .. arguments]
            : arguments;
        return new(program ?? "dotnet", words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>Gets the build configuration of the tests, which is that of the programs.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Returns the path of a file of the repository.</summary>
    public static string PathOf(string file)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OnnxDigits.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, file);
    }

    /// <summary>Returns a port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Terminate() => _ = Kill(_process.Id, Sigterm);

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
