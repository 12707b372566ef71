using System.Security.Cryptography;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Seeds torch's global generators, from which dropout draws.</summary>
/// <remarks>
/// A checkpoint holds the state of the run's own generator, but not of the global ones. Each epoch seeds the global
/// generators from the run's generator, so that a resumed run draws the same numbers. Disposing restores the state of
/// the CPU's global generator.
/// </remarks>
internal sealed class GlobalRandom : IDisposable
{
    private readonly Tensor _before = get_rng_state();

    /// <summary>Seeds the generators of all devices from the state of a generator, which doesn't change.</summary>
    public static void Seed(Generator source)
    {
        using Tensor state = source.get_state();
        random.manual_seed(BitConverter.ToInt64(SHA256.HashData(state.bytes)));
    }

    public void Dispose()
    {
        set_rng_state(_before);
        _before.Dispose();
    }
}
