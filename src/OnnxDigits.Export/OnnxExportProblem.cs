namespace OnnxDigits.Export;

/// <summary>One reason why a module cannot be exported.</summary>
/// <param name="ModulePath">The path of the module from the root, as in its state_dict ("layer1.0"); empty for the root.</param>
/// <param name="ModuleType">The full C# name of the module's type.</param>
/// <param name="Reason">What stands in the way, as one sentence without its full stop.</param>
/// <param name="Remedy">What would help, as one sentence without its full stop.</param>
public sealed record OnnxExportProblem(string ModulePath, string ModuleType, string Reason, string Remedy)
{
    /// <summary>Path, type, reason and remedy on one line.</summary>
    public override string ToString() =>
        $"{(ModulePath.Length == 0 ? "(root)" : ModulePath)} ({ModuleType}): {Reason}. {Remedy}.";
}
