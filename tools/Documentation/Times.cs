namespace OnnxDigits.Tools.Documentation;

/// <summary>What Bench measured and wrote to docs/figures/times.json.</summary>
/// <param name="Peers">By the name of the peer; empty before they were measured.</param>
/// <param name="Networks">Time for one image over conv's.</param>
internal sealed record Times(Dictionary<string, PeerTimes> Peers, Dictionary<string, double> Networks)
{
    public static Times Load(string root) => Records.Read<Times>(root, "times.json");
}

/// <summary>A way to run the conv network, against the bare runtime with bound buffers on one thread.</summary>
/// <param name="One">Time for one image, as a ratio.</param>
/// <param name="Many">Time for 1,024 images, as a ratio.</param>
/// <param name="Allocated">Managed bytes for one image; null where memory is not managed by .NET.</param>
/// <param name="Version">Of what it is, where that is not this repository's; else null.</param>
/// <param name="Megabytes">What it has to ship, where no program is published; else null.</param>
internal sealed record PeerTimes(double One, double Many, long? Allocated, string? Version, int? Megabytes);
