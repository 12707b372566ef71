using System.Diagnostics;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The sample server under callers that never pause: whether its answers stay the same, and its memory.</summary>
internal static class ServerLoad
{
    private const int Callers = 16;

    // Until then the runtime still compiles and finds the size of its heap.
    private const int WarmUpSeconds = 10;

    /// <param name="server">The program or its DLL.</param>
    /// <param name="folder">Images, which the callers send in turns.</param>
    /// <param name="seconds">How long, from the first answers on.</param>
    public static ServerFigures Write(string server, string folder, int seconds)
    {
        if (!File.Exists(server))
            throw new ArgumentException($"'{server}' is not there: publish samples/DigitServer first.");
        byte[][] images = [.. Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        if (images.Length == 0)
            throw new ArgumentException($"'{folder}' has no PNG files.");
        using var process = Start(server, out Uri address);
        try
        {
            ServerFigures figures = Load(process, address, images, seconds).GetAwaiter().GetResult();
            Console.WriteLine(FormattableString.Invariant(
                $"{figures.Callers} callers for {seconds} s: {figures.Answers} answers, {figures.Differing} of them other than before; {figures.WarmMiB:0} MiB after {WarmUpSeconds} s, at most {figures.MostMiB:0} MiB later, {figures.LastMiB:0} MiB at the end"));
            return figures;
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<ServerFigures> Load(Process process, Uri address, byte[][] images, int seconds)
    {
        using var client = new HttpClient { BaseAddress = address };
        string[] expected = await Task.WhenAll(images.Select(image => Post(client, image)));
        int answers = 0, differing = 0;
        var watch = Stopwatch.StartNew();
        Task callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (int count = 0; watch.Elapsed.TotalSeconds < seconds; count++)
            {
                int image = (caller + count) % images.Length;
                if (await Post(client, images[image]) != expected[image])
                    Interlocked.Increment(ref differing);
                Interlocked.Increment(ref answers);
            }
        }));
        var memory = new List<double>();
        while (!callers.IsCompleted)
        {
            await Task.WhenAny(callers, Task.Delay(TimeSpan.FromSeconds(1)));
            memory.Add(ProcessMemory.Now(process.Id));
        }

        await callers;
        double[] later = [.. memory.Skip(WarmUpSeconds)];
        return new(Callers, seconds, images.Length, answers, differing, Math.Round(later[0]), Math.Round(later.Max()), Math.Round(later[^1]));
    }

    private static async Task<string> Post(HttpClient client, byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using HttpResponseMessage answer = await client.PostAsync("/digits", content);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static Process Start(string server, out Uri address)
    {
        string[] command = server.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", server] : [server];
        var process = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        const string Listening = "Now listening on: ";
        while (process.StandardOutput.ReadLine() is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at < 0)
                continue;
            // Whoever does not read on stops a server that goes on writing.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            address = new Uri(line[(at + Listening.Length)..].Trim());
            return process;
        }
        throw new InvalidOperationException($"'{server}' ended without listening.");
    }
}

/// <summary>A server under load.</summary>
/// <param name="Callers">Who called at the same time, without a pause.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Images">That they sent in turns.</param>
/// <param name="Answers">In all.</param>
/// <param name="Differing">Answers other than the first to the same image.</param>
/// <param name="WarmMiB">The server's resident memory once it was warm.</param>
/// <param name="MostMiB">The most that was seen from then on, once a second.</param>
/// <param name="LastMiB">What was seen last.</param>
internal sealed record ServerFigures(
    int Callers, int Seconds, int Images, int Answers, int Differing, double WarmMiB, double MostMiB, double LastMiB);
