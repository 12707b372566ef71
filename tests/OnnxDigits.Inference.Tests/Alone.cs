namespace OnnxDigits.Inference.Tests;

/// <summary>Tests that measure time or memory, or use much of it, so they run without others in parallel.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
