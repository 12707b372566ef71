namespace OnnxDigits.Inference.Tests;

/// <summary>Tests that measure time or memory, or take much of it: they run when no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
