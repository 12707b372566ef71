namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>What becomes of a module.</summary>
internal enum CoverageStatus
{
    /// <summary>A converter writes it.</summary>
    Converted,

    /// <summary>Its own code is traced.</summary>
    Followed,

    /// <summary>It is refused by name.</summary>
    Refused,

    /// <summary>It is for training, and no part of what a graph is for.</summary>
    Loss,
}

/// <summary>A type of modules, what becomes of it, and the operators or the reason.</summary>
internal sealed record CoverageRow(Type Module, CoverageStatus Status, string Details);
