using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrossCheck;

namespace OnnxDigits.Tools.Bench;

/// <summary>ONNX Runtime from Python, in a process of its own that waits until it is its turn.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly string _pixels = Path.GetTempFileName();
    private readonly Process _process;

    /// <param name="command">Starts Python, such as <c>python3</c>; onnxruntime and numpy must be there.</param>
    /// <exception cref="InvalidOperationException">They are not, or the process ended.</exception>
    public PythonPeer(params ReadOnlySpan<string> command)
    {
        File.WriteAllBytes(_pixels, DigitInputs.Bytes(DigitInputs.Most));
        string worker = Path.Combine(AppContext.BaseDirectory, "python_peer.py");
        _process = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], worker, ShippedModel.PathOf("conv.onnx"), _pixels])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using JsonDocument facts = JsonDocument.Parse(ReadLine());
        Version = facts.RootElement.GetProperty("version").GetString()!;
        Megabytes = facts.RootElement.GetProperty("megabytes").GetInt32();
    }

    /// <summary>Of its onnxruntime.</summary>
    public string Version { get; }

    /// <summary>Of onnxruntime, numpy and the libraries that come with them.</summary>
    public int Megabytes { get; }

    /// <summary>The median of some calls in microseconds, by Python's own clock.</summary>
    public double Turn(int images, int calls) => double.Parse(Ask($"{images} {calls}"), CultureInfo.InvariantCulture);

    /// <summary>[images, 10].</summary>
    public float[] Predict(int images) =>
        [.. Ask($"results {images}").Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_pixels);
    }

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("Python ended: it needs the packages onnxruntime and numpy.");
}
