namespace TorchOnnx;

/// <summary>One reason why a module cannot be exported.</summary>
/// <param name="ModulePath">The path of the module from the root, as in its state_dict ("layer1.0"); empty for the root.</param>
/// <param name="ModuleType">The full C# name of the module's type.</param>
/// <param name="Reason">What stands in the way, as one sentence without its full stop.</param>
/// <param name="Remedy">What would help, as one sentence without its full stop.</param>
/// <param name="Line">The line of the user's code that asks for it; null where none does or none is known.</param>
public sealed record OnnxExportProblem(
    string ModulePath, string ModuleType, string Reason, string Remedy, SourceLine? Line = null)
{
    /// <summary>Path, type, line, reason and remedy in one line of text.</summary>
    public override string ToString() =>
        $"{(ModulePath.Length == 0 ? "(root)" : ModulePath)} ({ModuleType}{(Line is null ? "" : $"; {Line}")}): {Reason}. {Remedy}.";
}
