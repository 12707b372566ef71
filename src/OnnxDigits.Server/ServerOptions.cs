using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Server;

/// <summary>
/// Represents the settings of the server. They come from the command line, from environment variables such as
/// <c>OnnxDigits__Port</c>, and from the section <c>OnnxDigits</c> of <c>appsettings.json</c>. The first source that
/// has a setting wins.
/// </summary>
internal sealed class ServerOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "OnnxDigits";

    /// <summary>Gets or sets the address to listen on: <c>localhost</c>, an IP address, or <c>*</c> for all.</summary>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the port for REST and the page. 0 selects a free port.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8080;

    /// <summary>Gets or sets the port for gRPC. 0 selects a free port.</summary>
    [Range(0, 65_535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Gets or sets the ONNX files to serve by name, or by <c>name/version</c>.</summary>
    public Dictionary<string, string> Models { get; set; } = [];

    /// <summary>Gets or sets the names in <see cref="Models"/> of models whose requests may be joined.</summary>
    public string[] Batched { get; set; } = [];

    /// <summary>Gets or sets the network for pictures: <c>best</c>, <c>conv</c>, <c>dense</c> or a file.</summary>
    [Required]
    public string Digits { get; set; } = "best";

    /// <summary>Gets or sets the device of the network that reads pictures.</summary>
    [Required]
    public string Device { get; set; } = "auto";

    /// <summary>Gets or sets the confidence below which a digit is uncertain.</summary>
    [Range(0.0, 1.0)]
    public float Threshold { get; set; } = 0.6f;

    /// <summary>
    /// Gets or sets the longest time in milliseconds that a batch waits for more requests while the model is busy. A
    /// request to an idle model never waits.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double MaxDelay { get; set; } = 1;

    /// <summary>Gets or sets the number of runs of a model at a time. 0 means one for each processor.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>Gets or sets the time limit for one run of a model, in seconds.</summary>
    [Range(0.01, 86_400)]
    public double RunTimeout { get; set; } = 30;

    /// <summary>Gets or sets the time limit for a request, including its waiting time, in seconds.</summary>
    [Range(0.01, 86_400)]
    public double RequestTimeout { get; set; } = 60;

    /// <summary>
    /// Gets or sets the number of requests that may wait for each model, and of pictures that may wait for a decoder.
    /// </summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; set; } = 256;

    /// <summary>Gets or sets the largest body of a request in bytes, after decompression.</summary>
    [Range(1024, int.MaxValue)]
    public int MaxBody { get; set; } = 16 << 20;

    /// <summary>Gets or sets the largest number of pixels in a picture.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPixels { get; set; } = 16_000_000;

    /// <summary>Gets or sets the largest number of pictures in a request.</summary>
    [Range(1, 1_000_000)]
    public int MaxImages { get; set; } = 64;

    /// <summary>Gets or sets the largest number of elements in a tensor.</summary>
    [Range(1, int.MaxValue)]
    public int MaxElements { get; set; } = 4 << 20;

    /// <summary>
    /// Gets or sets the number of pictures that are decoded at a time. 0 means one for each processor.
    /// </summary>
    [Range(0, 1024)]
    public int Decoders { get; set; }

    /// <summary>
    /// Gets or sets the number of seconds that running requests have to finish when the server stops.
    /// </summary>
    [Range(0.0, 3600.0)]
    public double GracePeriod { get; set; } = 25;

    /// <summary>
    /// Gets or sets the key, of 16 characters or more, that requests need in <c>Authorization: Bearer KEY</c>.
    /// <c>null</c> means none.
    /// </summary>
    [StringLength(
        int.MaxValue, MinimumLength = 16, ErrorMessage = "The field {0} must have at least {2} characters.")]
    public string? ApiKey { get; set; }

    /// <summary>Returns a count, or the number of processors if it is 0.</summary>
    public static int OrProcessors(int count) => count > 0 ? count : Environment.ProcessorCount;
}
