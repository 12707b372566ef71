using System.Globalization;

namespace TorchOnnx;

/// <summary>The first place in the graph whose value is not the module's.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="ModulePath">The path of the module that the node was written for.</param>
/// <param name="ModuleType">The full C# name of that module's type.</param>
/// <param name="MaxAbsoluteDifference">The largest |graph − module| of the node's output.</param>
/// <param name="Line">The line of the user's code that made the call; null where none is known.</param>
public sealed record Divergence(
    string Node, string ModulePath, string ModuleType, double MaxAbsoluteDifference, SourceLine? Line = null)
{
    /// <summary>The place on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"first diverging node: {Node}, off by up to {MaxAbsoluteDifference:0.0e+0}{(Line is null ? "" : $" ({Line})")}");
}
